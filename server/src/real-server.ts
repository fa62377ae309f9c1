// A server on a real machine: one folder, one process, two listeners.

import assert from 'node:assert/strict'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { Fault, type SignInLink } from '@sealift/protocol'
import { type Chance, type Clock, deadlineOf } from '@sealift/world'
import { lockFolder, realDisk } from '@sealift/world/real'
import type { FastifyInstance } from 'fastify'
import { removeLeftovers } from './artifacts/receive.ts'
import { type Founding, foundServer, type Listen, type ReadFolder, readServerFolder } from './folder.ts'
import { type House, makeHouse } from './house.ts'
import { buildDeviceApp } from './listeners/device-app.ts'
import { buildPeopleApp } from './listeners/people-app.ts'
import { deviceServer, fingerprintFromTls, peopleServer } from './listeners/real-https.ts'
import { type LogTo, newLog } from './log.ts'
import { createSignInLink } from './people/sign-in.ts'
import type { Settings } from './settings.ts'
import { openStore } from './store/store.ts'
import { renewMetadata, startTicks } from './ticks.ts'

const DATABASE = 'sealift.db'

/** Time and chance; the disk is the folder's own. */
export type ServerWorld = { readonly clock: Clock; readonly chance: Chance }

/**
 * Make the folder of a new server; `sealift init` calls it.
 * @throws {Fault} `keep.exists`, `keep.busy`, `sign.key`, `verify.*`
 */
export async function createServerFolder(
  folder: string,
  world: ServerWorld,
  founding: Founding,
): Promise<{ readonly adminToken: string }> {
  if (await isServerFolder(folder)) throw new Fault('keep.exists', { folder })
  const lock = await lockFolder(folder)
  try {
    const disk = realDisk(folder)
    // Made by us, with mode 0600, before SQLite makes it for everybody to read; its log files take after it.
    await (await disk.open(DATABASE)).close()
    const store = await openStore(join(folder, DATABASE))
    try {
      return await foundServer({ ...world, disk }, store, founding)
    } finally {
      await store.destroy()
    }
  } finally {
    await lock.release()
  }
}

export type OpenServerOptions = {
  readonly folder: string
  readonly world: ServerWorld
  /** The built console. */
  readonly consoleFolder?: string
  /** In place of what `server.json` says. */
  readonly listen?: Partial<Listen>
  /** Address to bind; loopback unless the server is to be reached from elsewhere. */
  readonly bind?: string
  readonly settings?: Partial<Pick<Settings, 'pollMs' | 'blobLengthBytesMax' | 'downloadsMax' | 'watchersMax'>>
  /** Where the log goes, line by line; silence when it is not given. */
  readonly logTo?: LogTo
}

export type OpenServer = {
  readonly peopleUrl: string
  readonly deviceUrl: string
  /** One-time link for an administrator. */
  createSignInLink(): Promise<SignInLink>
  /** Answers what was asked, writes down what is in memory, and lets go of the folder. */
  close(): Promise<void>
}

/**
 * Start a server on its folder. When this returns, both listeners answer.
 * @throws {Fault} `keep.busy` when another process has the folder, `keep.missing`, `keep.damaged`
 */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  const { folder } = options
  if (!(await isServerFolder(folder))) throw new Fault('keep.missing', { folder })
  const lock = await lockFolder(folder)
  const undo: (() => Promise<unknown>)[] = [() => lock.release()]
  // Each step is taken although another fails: a full disk must not keep the folder locked.
  const close = async () => {
    const failures: unknown[] = []
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'the server closed, but not all of it well')
  }
  try {
    return await start(options, undo, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  options: OpenServerOptions,
  undo: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<OpenServer> {
  const disk = realDisk(options.folder)
  const read = await readServerFolder(disk)
  const store = await openStore(join(options.folder, DATABASE))
  undo.push(() => store.destroy())
  await removeLeftovers(disk)

  const { host, peoplePort, devicePort } = { ...read.file, ...options.listen }
  const settings = settingsOf(options, read)
  const log = newLog(options.world.clock, options.logTo)
  const house = makeHouse({ ...options.world, store, disk, keys: read.keys, settings, log })
  const device = await buildDeviceApp(house, {
    serverFactory: deviceServer(read.tls),
    fingerprintOf: fingerprintFromTls,
  })
  const people = await buildPeopleApp(house, {
    deviceApp: device,
    serverFactory: peopleServer(read.tls),
    ...(options.consoleFolder !== undefined && { consoleFolder: options.consoleFolder }),
  })
  await renewMetadata(house)
  const ticks = startTicks(house)
  undo.push(() => ticks.stop())
  undo.push(() => Promise.all([closeSoon(people, house), closeSoon(device, house)]))
  // A stream has no end of its own, and would hold its listener open.
  undo.push(async () => house.live.close())
  const bind = options.bind ?? '127.0.0.1'
  const name = isIPv6(host) ? `[${host}]` : host
  settings.deviceUrl = `https://${name}:${await listen(device, devicePort, bind)}`
  settings.peopleUrl = `https://${name}:${await listen(people, peoplePort, bind)}`
  const { peopleUrl, deviceUrl } = settings
  return {
    peopleUrl,
    deviceUrl,
    createSignInLink: () => createSignInLink(house, { name: 'admin', role: 'admin' }),
    close,
  }
}

async function isServerFolder(folder: string): Promise<boolean> {
  return (await realDisk(folder).read('server.json')) !== undefined
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

// The URLs are known once the system has given out the ports; nobody asks for them before.
function settingsOf({ settings }: OpenServerOptions, { file, serverCaPem }: ReadFolder): Writable<Settings> {
  const { pollMs, blobLengthBytesMax, downloadsMax, watchersMax, bootKeysPem } = file
  return {
    pollMs,
    blobLengthBytesMax,
    downloadsMax,
    watchersMax,
    bootKeysPem,
    serverCaPem,
    ...settings,
    peopleUrl: '',
    deviceUrl: '',
  }
}

async function listen(app: FastifyInstance, port: number, host: string): Promise<number> {
  try {
    await app.listen({ port, host })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Fault('keep.busy', { port, why: 'somebody listens there already' }, { cause: error })
  }
  const address = app.server.address()
  assert(address !== null && typeof address === 'object')
  return address.port
}

/** How long what is under way may still take, above all downloads; they go on where they stopped when the server is back. */
const CLOSE_MS = 3_000

async function closeSoon(app: FastifyInstance, { clock }: Pick<House, 'clock'>): Promise<void> {
  const { signal, stop } = deadlineOf(clock, CLOSE_MS)
  signal.addEventListener('abort', () => app.server.closeAllConnections())
  await app.close()
  stop()
}
