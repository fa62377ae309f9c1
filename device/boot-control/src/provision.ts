// Lay the factory image into a new device, on the line.

import { Fault } from '@sealift/protocol'
import { type Chance, type Disk, folderOf, replaceFile } from '@sealift/world'
import { BOOT_DEFAULTS, type BootConfig, CONFIG_FILE } from './boot-config.ts'
import { bootStateOn, STATE_RECORD } from './boot-state.ts'
import { makeFileCounter, openFileCounter } from './file-counter.ts'
import type { SecurityCounter } from './security-counter.ts'
import { imageOf, manifestOf } from './slot.ts'
import { verifySlot } from './verify-slot.ts'

export type Factory = {
  /** Who the device is and whose word it takes; the rest is as in `BOOT_DEFAULTS` unless it is given. */
  readonly config: Pick<BootConfig, 'deviceId' | 'hardwareId' | 'bootKeysPem'> & Partial<BootConfig>
  readonly image: Uint8Array
  /** Text of the signed boot manifest of `image`. */
  readonly bootManifest: string
}

/**
 * Makes a device that boots: configuration, slot a, security counter, and last the boot state, which is what makes it
 * provisioned. Power may fail at any moment: then it is done again from the start. Durable when it returns.
 *
 * @param disk  the device's folder
 * @throws {Fault} `keep.exists` when the device has a boot state; `install.space`; those of `verifySlot` for the factory image
 */
export async function provision(disk: Disk, chance: Chance, factory: Factory): Promise<void> {
  if (await isWhole(bootStateOn(disk).read())) throw new Fault('keep.exists', { file: STATE_RECORD })
  const config = { ...BOOT_DEFAULTS, ...factory.config }
  const { image, bootManifest } = factory
  if (image.byteLength > config.slotLengthBytesMax) {
    throw new Fault('install.space', { lengthBytes: image.byteLength, slotLengthBytesMax: config.slotLengthBytesMax })
  }
  await replaceFile(disk, CONFIG_FILE, Buffer.from(JSON.stringify(config, undefined, 2)))
  await writeImage(disk, image)
  await replaceFile(disk, manifestOf('a'), Buffer.from(bootManifest, 'utf8'))
  const counter = await counterOf(disk, chance)
  const manifest = await verifySlot(disk, 'a', { ...config, floor: await counter.read() })
  await counter.raise(manifest.securityCounter)
  await bootStateOn(disk).write({
    active: { slot: 'a', sha256: manifest.sha256 },
    trial: null,
    fellBack: null,
    bootCount: 0,
    floorDue: manifest.securityCounter,
  })
}

// A device whose boot state was lost is provisioned anew, but its floor stays.
async function counterOf(disk: Disk, chance: Chance): Promise<SecurityCounter> {
  const counter = openFileCounter(disk)
  return (await isWhole(counter.read())) ? counter : await makeFileCounter(disk, chance)
}

async function isWhole(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading
    return true
  } catch (error) {
    if (error instanceof Fault && error.code === 'boot.state') return false
    throw error
  }
}

// Not by `replaceFile`: an image is written into its slot, not beside it.
async function writeImage(disk: Disk, image: Uint8Array): Promise<void> {
  const file = await disk.open(imageOf('a'))
  try {
    await file.truncate(0)
    await file.writeAt(0, image)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.syncFolder(folderOf(imageOf('a')))
}
