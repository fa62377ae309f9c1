// A server as a program of its own, for a container or a service manager: settings come from the environment.

import { once } from 'node:events'
import { join } from 'node:path'
import { Fault } from '@sealift/protocol'
import { realChance, realClock } from '@sealift/world/real'
import { openServer } from './real-server.ts'

// SEALIFT_ORG      the organisation's folder; the server's own lies in it as `server`
// SEALIFT_BIND     address to listen on, 127.0.0.1 when not given
// SEALIFT_CONSOLE  folder of the built console
try {
  const { SEALIFT_ORG: org = './sealift-org', SEALIFT_BIND: bind, SEALIFT_CONSOLE: consoleFolder } = process.env
  const server = await openServer({
    folder: join(org, 'server'),
    world: { clock: realClock(), chance: realChance() },
    logTo: process.stderr,
    ...(bind !== undefined && { bind }),
    ...(consoleFolder !== undefined && { consoleFolder }),
  })
  const { peopleUrl, deviceUrl } = server
  const { url: signInLink } = await server.createSignInLink()
  process.stdout.write(`${JSON.stringify({ peopleUrl, deviceUrl, signInLink })}\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await server.close()
} catch (error) {
  if (!(error instanceof Fault)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
