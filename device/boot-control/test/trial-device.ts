// A small device made in memory, for tests: signed images that are tales, a disk that can be cut, a clock that we move.

import { createHash, generateKeyPairSync } from 'node:crypto'
import { type BootManifest, signBootManifest, signerOf } from '@sealift/trust'
import { seededChance, VirtualClock, VirtualDisk } from '@sealift/world/virtual'
import type { BootConfig } from '../src/boot-config.ts'
import type { BootControl, BootView } from '../src/boot-control.ts'
import { BootStage } from '../src/boot-stage.ts'
import { openFileCounter } from '../src/file-counter.ts'
import { type Factory, provision } from '../src/provision.ts'
import { type Tale, VirtualMachine } from '../src/virtual-machine.ts'

const bootKey = generateKeyPairSync('ed25519')
export const BOOT_SIGNER = signerOf(bootKey.privateKey)
export const BOOT_KEYS_PEM = [bootKey.publicKey.export({ type: 'spki', format: 'pem' }).toString()]

export const CONFIG: Factory['config'] = {
  deviceId: 'device-1',
  hardwareId: 'thermo-1',
  bootKeysPem: BOOT_KEYS_PEM,
  slotLengthBytesMax: 65_536,
  tries: 2,
  healthIntervalMs: 100,
  healthTimeLimitMs: 5_000,
  watchdogMs: 1_000,
  confirmTimeLimitMs: 20_000,
}

export type Release = { readonly image: Uint8Array; readonly bootManifest: string; readonly sha256: string }

/** A release whose image behaves as told; whatever the manifest should say otherwise is in `changes`. */
export async function releaseOf(
  version: string,
  tale: Tale = {},
  changes: Partial<BootManifest> = {},
  signer = BOOT_SIGNER,
): Promise<Release> {
  // Longer than a sector, so that it can be torn.
  const image = Buffer.from(JSON.stringify({ version, tale }).padEnd(1500, ' '))
  const sha256 = createHash('sha256').update(image).digest('hex')
  const manifest: BootManifest = {
    format: 'sealift-boot-1',
    product: 'thermostat',
    version,
    releaseCounter: Number(version.split('.')[0]),
    securityCounter: 0,
    hardwareIds: ['thermo-1'],
    lengthBytes: image.byteLength,
    sha256,
    ...changes,
  }
  return { image, bootManifest: await signBootManifest(manifest, signer), sha256 }
}

export async function provisioned(release: Release, config: Partial<BootConfig> = {}): Promise<VirtualDisk> {
  const disk = new VirtualDisk()
  await provision(disk, seededChance(1), { ...release, config: { ...CONFIG, ...config } })
  return disk
}

function taleOf(image: Uint8Array): Tale {
  return (JSON.parse(Buffer.from(image).toString()) as { tale: Tale }).tale
}

/** Power on. The rest of the world, agent included, is the test. */
export class TrialDevice {
  readonly clock = new VirtualClock(0)
  readonly disk: VirtualDisk
  readonly machine: VirtualMachine
  readonly stage: BootStage
  /** How the boot stage ended; undefined while it runs, or when it was stopped. */
  failure: unknown
  private readonly done: Promise<void>

  private constructor(disk: VirtualDisk, clock: VirtualClock, machine: VirtualMachine, stage: BootStage) {
    this.disk = disk
    this.clock = clock
    this.machine = machine
    this.stage = stage
    this.done = stage.run().catch((error: unknown) => {
      this.failure = error
    })
  }

  static async powerOn(disk: VirtualDisk): Promise<TrialDevice> {
    const clock = new VirtualClock(0)
    const machine = new VirtualMachine(clock, disk, taleOf)
    const stage = await BootStage.open({ clock, disk, machine, counter: openFileCounter(disk) })
    return new TrialDevice(disk, clock, machine, stage)
  }

  /** What the boot stage says after so much time. */
  async after(durationMs: number): Promise<BootView> {
    await this.clock.advance(durationMs)
    return await this.clock.runUntil(this.stage.look())
  }

  async powerOff(): Promise<void> {
    this.stage.stop()
    await this.clock.runUntil(this.done)
  }
}

/** What an agent does with a verified release, up to the restart. */
export async function install(boot: BootControl, release: Release): Promise<void> {
  const file = await boot.openOther(false)
  await file.writeAt(0, release.image)
  await file.sync()
  await file.close()
  await boot.seal(release.bootManifest)
  await boot.arm()
  await boot.restart()
}
