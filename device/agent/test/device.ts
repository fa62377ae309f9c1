// A device for tests: the real boot stage and the real agent on a virtual disk, with images that are tales.

import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type BootConfig, BootStage, openFileCounter, provision } from '@sealift/boot-control'
import { type Tale, VirtualMachine } from '@sealift/boot-control/virtual'
import { type Disk, type Network, replaceFile } from '@sealift/world'
import { seededChance, type VirtualClock, type VirtualDisk } from '@sealift/world/virtual'
import type { Habits } from '../src/agent.ts'
import type { DeviceFile } from '../src/device-file.ts'
import { FILES } from '../src/folder.ts'
import { BLANK } from '../src/journal.ts'
import type { Log } from '../src/log.ts'
import { runAgent } from '../src/run.ts'
import { HARDWARE, PRODUCT, type Publisher, releaseOf } from './publisher.ts'
import { ORIGIN } from './server.ts'

export const DEVICE_ID = 'thermostat-0001'

/** What an image does once it runs; its first word says so. */
const TALES = {
  well: { wellAfterMs: 200 },
  ill: { illAfterMs: 0 },
  crash: { endsAfterMs: 100 },
  hang: { hangsAfterMs: 1_500 },
} as const satisfies Record<string, Tale>
export type TaleName = keyof typeof TALES

/** An image of so many bytes; `salt` makes two of the same length differ. */
export function imageOf(tale: TaleName, lengthBytes = 4096, salt = ''): Uint8Array {
  const image = Buffer.from(seededChance(lengthBytes + salt.length).bytes(lengthBytes))
  image.write(`${tale} ${salt}\n`)
  return new Uint8Array(image)
}

export const devicePrivateKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** What the line may do otherwise: its server's address, and what the boot stage is told. */
export type LineOptions = { readonly deviceUrl?: string; readonly pollMs?: number; readonly boot?: Partial<BootConfig> }

/** Makes of `disk` a device fresh from the line, enrolled, with `factoryImage` as version 1.0.0 in slot a. */
export async function layDevice(
  disk: Disk,
  publisher: Publisher,
  factoryImage: Uint8Array,
  { deviceUrl = ORIGIN, pollMs = 5_000, boot }: LineOptions = {},
): Promise<void> {
  const device: DeviceFile = {
    format: 'sealift-device-1',
    id: publisher.deviceId,
    product: PRODUCT,
    hardwareId: HARDWARE,
    deviceUrl,
    pollMs,
  }
  const files = {
    [FILES.device]: JSON.stringify(device),
    [FILES.key]: devicePrivateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    [FILES.directorRoot]: publisher.directorRoot,
    [FILES.imageRoot]: publisher.imageRoot,
    [FILES.bootKeys]: JSON.stringify([publisher.bootKeyPem]),
    [FILES.journal]: JSON.stringify(BLANK),
  }
  for (const [name, text] of Object.entries(files)) await replaceFile(disk, name, Buffer.from(text))
  const bootKeysPem = [publisher.bootKeyPem]
  const config = { deviceId: publisher.deviceId, hardwareId: HARDWARE, bootKeysPem, ...boot }
  const bootManifest = await publisher.manifestOf(releaseOf('1.0.0'), factoryImage)
  await provision(disk, seededChance(7), { config, image: factoryImage, bootManifest })
}

export type Power = {
  readonly clock: VirtualClock
  readonly disk: VirtualDisk
  readonly network: Network
  readonly seed?: number
  readonly habits?: Partial<Habits>
  readonly log?: Log
}

/**
 * Power on, until `off` aborts or the disk loses power. The boot stage is the one that ships; only the machine that runs
 * the images is a tale.
 */
export async function powerOn(power: Power, off: AbortSignal): Promise<void> {
  const { clock, disk, network, seed = 1, habits, log } = power
  const stage = await BootStage.open({
    clock,
    disk,
    machine: new VirtualMachine(clock, disk, taleOf),
    counter: openFileCounter(disk),
  })
  const stop = new AbortController()
  const signal = AbortSignal.any([off, stop.signal])
  const world = { clock, disk, network, chance: seededChance(seed) }
  const agent = runAgent({ world, boot: stage, signal, ...(habits && { habits }), ...(log && { log }) })
  const running = stage.run()
  try {
    await Promise.race([agent, running])
  } finally {
    stop.abort()
    stage.stop()
    await Promise.allSettled([agent, running])
  }
}

// The first word of an image is its tale.
function taleOf(image: Uint8Array): Tale {
  const word = Buffer.from(image.subarray(0, 16)).toString('latin1').split(' ')[0] ?? ''
  return Object.hasOwn(TALES, word) ? TALES[word as TaleName] : TALES.crash
}
