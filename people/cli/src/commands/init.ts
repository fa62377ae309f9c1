// `sealift init`: make an organisation, with its offline side, its server, and our connection to it.

import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ServerPart } from '@sealift/maker'
import { Fault } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { realChance, realDisk } from '@sealift/world/real'
import { asText, command, each, option, optionOr } from '../command.ts'
import { parsePort } from '../count.ts'
import { withDryDisk } from '../dry-disk.ts'
import { parseDurationMs } from '../durations.ts'
import { foundingOf } from '../founding.ts'
import { isFolder, sidesOf, writeConnection } from '../org.ts'
import { paint } from '../output/paint.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import { choosePassphrase, passphraseFile } from '../passphrase.ts'
import type { Session } from '../session.ts'

const HOST = 'localhost'
const ADDRESSES = ['localhost', '127.0.0.1', '::1']
const PORT = 8443
const DEVICE_PORT = 8444

export const init = command({
  summary: 'make an organisation: keys for each role, a server’s folder, and the connection to it',
  more: `Three folders are made. maker/ holds the offline keys, sealed with a passphrase: keep a copy, and take it off this machine
when the server moves to another one. server/ holds the online keys, the database and the images. people/ holds the token
that this command line uses.`,
  arguments: {},
  options: {
    name: optionOr(
      '--name <name>',
      'what the organisation is called; stands in its certificates',
      'My organisation',
      asText,
    ),
    host: each('--host <host>', 'name or address under which the server is reached', asText),
    port: optionOr('--port <port>', 'listener for people and enrolment', PORT, parsePort),
    devicePort: optionOr('--device-port <port>', 'listener for devices', DEVICE_PORT, parsePort),
    poll: option('--poll <duration>', 'how often devices ask; 60s', parseDurationMs),
    passphraseFile,
  },
  writes: true,
  inOrg: true,
  examples: [
    'sealift init',
    "sealift init --name 'Acme Heating' --host updates.acme.example --port 443",
    'sealift init --org ./try --passphrase-file ./passphrase --json',
    'sealift init --dry-run',
  ],
  async run(session, { name, host, port, devicePort, poll, passphraseFile: file }) {
    const sides = sidesOf(session.orgFolder)
    for (const side of [sides.server, sides.people]) {
      if (await isFolder(side)) throw new Fault('keep.exists', { folder: side })
    }
    const passphrase = await choosePassphrase(session, file)
    const listen = { host: host[0] ?? HOST, peoplePort: port, devicePort }
    const url = `https://${listen.host}:${port}`
    const hosts = host.length === 0 ? ADDRESSES : host
    const make = (disk: Disk, handOver: (part: ServerPart) => Promise<void>) =>
      makeOrganisation(session, { disk, passphrase, name, hosts, handOver })
    const maker = realDisk(sides.maker)
    if (session.dryRun) await withDryDisk(maker, (dry) => make(dry, async () => undefined))
    else {
      await make(maker, async (part) => {
        const token = await makeServer(session, part, sides.server, { listen, pollMs: poll })
        await writeConnection(session.orgFolder, { url, serverCaPem: part.serverCaPem, token })
      })
    }
    const json = {
      ...(session.dryRun && { dryRun: true }),
      organisation: name,
      folder: resolve(session.orgFolder),
      url,
    }
    return { json, lines: madeLines(session, name, url) }
  },
})

function madeLines(session: Session, name: string, url: string): readonly SafeText[] {
  const { maker, server, people } = sidesOf(session.orgFolder)
  const made = facts([
    ['organisation', paint.strong(name)],
    ['offline keys', maker],
    ['server', server],
    ['connection', people],
    ['address', url],
  ])
  if (session.dryRun) return [...made, say`dry run: nothing was made`]
  return [
    ...made,
    say`${paint.good('made')}; keep a copy of ${maker} and its passphrase`,
    say`next: sealift serve`,
    say`      sealift product add thermostat --name Thermostat --hardware thermo-1`,
  ]
}

type Making = Pick<
  Parameters<typeof import('@sealift/maker').createOrganisation>[0],
  'disk' | 'passphrase' | 'name'
> & {
  readonly hosts: readonly string[]
  readonly handOver: (part: ServerPart) => Promise<void>
}

async function makeOrganisation(session: Session, making: Making): Promise<void> {
  const { createOrganisation } = await import('@sealift/maker')
  await createOrganisation({ ...making, clock: session.clock, chance: realChance() })
}

// Half a server is of no use to anybody, and would stand in the way of the next attempt.
async function makeServer(
  session: Session,
  part: ServerPart,
  folder: string,
  { listen, pollMs }: { readonly listen: Parameters<typeof foundingOf>[1]; readonly pollMs: number | undefined },
): Promise<string> {
  const { createServerFolder } = await import('@sealift/server')
  const world = { clock: session.clock, chance: realChance() }
  try {
    const { adminToken } = await createServerFolder(folder, world, foundingOf(part, listen, pollMs))
    return adminToken
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
