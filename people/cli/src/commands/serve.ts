// `sealift serve`: run the server until somebody stops it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LogTo, OpenServer } from '@sealift/server'
import { realChance } from '@sealift/world/real'
import { asText, command, flag, option, optionOr } from '../command.ts'
import { parsePort } from '../count.ts'
import { parseDurationMs } from '../durations.ts'
import { readConnection, requireSide, writeConnection } from '../org.ts'
import { paint } from '../output/paint.ts'
import { moment } from '../output/quantities.ts'
import { neutraliseJson, say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import { note, type Terminal } from '../output/terminal.ts'
import { type Session, tell } from '../session.ts'

export const serve = command({
  summary: 'run the server for devices and people, until it is stopped',
  more: `Prints its addresses and a sign-in link for the console that works once. With --json these are one line of JSON, as soon
as both listeners answer. When a port is 0 the system chooses one, and the connection of this command line follows it.`,
  arguments: {},
  options: {
    bind: optionOr(
      '--bind <address>',
      'address to listen on; 0.0.0.0 to be reached from elsewhere',
      '127.0.0.1',
      asText,
    ),
    host: option('--host <host>', 'name in the addresses; as `sealift init` was told when left out'),
    port: option('--port <port>', 'listener for people and enrolment', parsePort),
    devicePort: option('--device-port <port>', 'listener for devices', parsePort),
    poll: option('--poll <duration>', 'how often devices ask', parseDurationMs),
    log: flag('--log', 'log every request to stderr, as lines of JSON; without it only warnings and errors'),
  },
  writes: false,
  inOrg: true,
  examples: [
    'sealift serve',
    'sealift serve --bind 0.0.0.0 --log',
    'sealift serve --port 0 --device-port 0 --poll 1s --json   # for tests: any free ports',
  ],
  async run(session, values) {
    const stop = session.untilStopped()
    const folder = await requireSide(session, 'server')
    const { openServer } = await import('@sealift/server')
    const consoleFolder = await builtConsole()
    const server = await openServer({
      folder,
      world: { clock: session.clock, chance: realChance() },
      bind: values.bind,
      logTo: logTo(session.terminal, values.log),
      listen: {
        ...(values.host !== undefined && { host: values.host }),
        ...(values.port !== undefined && { peoplePort: values.port }),
        ...(values.devicePort !== undefined && { devicePort: values.devicePort }),
      },
      ...(values.poll !== undefined && { settings: { pollMs: values.poll } }),
      ...(consoleFolder !== undefined && { consoleFolder }),
    })
    try {
      await followAddress(session, server.peopleUrl)
      await announce(session, server, consoleFolder !== undefined)
      await untilAborted(stop)
    } finally {
      await server.close()
    }
    tell(session, say`stopped`)
    return undefined
  },
})

async function announce(session: Session, server: OpenServer, hasConsole: boolean): Promise<void> {
  const { peopleUrl, deviceUrl } = server
  const link = await server.createSignInLink()
  const ready = { url: peopleUrl, deviceUrl, signInUrl: link.url, signInExpiresAtMs: link.expiresAtMs }
  if (session.json) session.terminal.writeOut(`${neutraliseJson(JSON.stringify(ready))}\n`)
  const lines = facts([
    ['people', paint.strong(peopleUrl)],
    ['devices', deviceUrl],
    ['sign in', link.url],
    ['', `works once, until ${moment(link.expiresAtMs)}`],
  ])
  for (const line of lines) tell(session, line)
  if (!hasConsole) tell(session, say`${paint.careful('the console is not built')}; build it with: npm run build`)
  tell(session, say`${paint.good('ready')}; Ctrl-C stops it`)
}

// Whoever works in the same folder finds the server, on whatever port it is now.
async function followAddress(session: Session, url: string): Promise<void> {
  const connection = await readConnection(session.orgFolder)
  if (connection && connection.url !== url) await writeConnection(session.orgFolder, { ...connection, url })
}

async function builtConsole(): Promise<string | undefined> {
  const { consoleFolder } = await import('@sealift/console')
  return existsSync(join(consoleFolder, 'index.html')) ? consoleFolder : undefined
}

// Levels of pino: 40 is a warning.
const LEVEL_WARN = 40

function logTo(terminal: Terminal, all: boolean): LogTo {
  return {
    write(line) {
      const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? LEVEL_WARN)
      if (all || level >= LEVEL_WARN) note(terminal, say`${line.trimEnd()}`)
    },
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
