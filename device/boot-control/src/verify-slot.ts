// Is this slot fit to be started? The last check before an image runs, whatever was checked before.

import { createHash } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import { type BootManifest, readBootManifest } from '@sealift/trust'
import type { Disk, DiskFile } from '@sealift/world'
import type { SlotName } from './boot-control.ts'
import { diskErrorOf } from './disk-error.ts'
import { imageOf, manifestOf } from './slot.ts'

export type Requirements = {
  readonly hardwareId: string
  readonly bootKeysPem: readonly string[]
  /** Security counter below which nothing is started. */
  readonly floor: number
}

const READ_BYTES = 1_048_576

/**
 * The boot manifest of a slot that may be started: signed by a boot key, for this hardware, not below the floor, and
 * the image is byte for byte the one that it names. What is cheap is checked first.
 *
 * @throws {Fault} `boot.manifest`, `boot.hardware`, `boot.floor`, `boot.digest`
 */
export async function verifySlot(disk: Disk, slot: SlotName, required: Requirements): Promise<BootManifest> {
  const manifest = await readManifest(disk, slot, required.bootKeysPem)
  requireFit(manifest, required)
  await requireDigest(disk, slot, manifest)
  return manifest
}

/**
 * The manifest of a slot by its signature alone: the image may still be another one.
 * @throws {Fault} `boot.manifest`
 */
export async function readManifest(disk: Disk, slot: SlotName, bootKeysPem: readonly string[]): Promise<BootManifest> {
  const bytes = await unlessUnreadable('boot.manifest', disk.read(manifestOf(slot)))
  if (!bytes) throw new Fault('boot.manifest', { why: 'missing' })
  return readBootManifest(Buffer.from(bytes).toString('utf8'), bootKeysPem)
}

function requireFit(manifest: BootManifest, { hardwareId, floor }: Requirements): void {
  if (!manifest.hardwareIds.includes(hardwareId)) throw new Fault('boot.hardware', { hardwareId })
  if (manifest.securityCounter < floor) {
    throw new Fault('boot.floor', { securityCounter: manifest.securityCounter, floor })
  }
}

async function requireDigest(disk: Disk, slot: SlotName, manifest: BootManifest): Promise<void> {
  const file = await unlessUnreadable('boot.digest', disk.open(imageOf(slot)))
  try {
    await unlessUnreadable('boot.digest', compare(file, manifest))
  } finally {
    await file.close()
  }
}

async function compare(file: DiskFile, { lengthBytes, sha256 }: BootManifest): Promise<void> {
  const foundBytes = await file.lengthBytes()
  if (foundBytes !== lengthBytes) throw new Fault('boot.digest', { foundBytes, lengthBytes })
  const digest = createHash('sha256')
  for (let at = 0; at < lengthBytes; at += READ_BYTES) digest.update(await file.readAt(at, READ_BYTES))
  if (digest.digest('hex') !== sha256) throw new Fault('boot.digest', { sha256 })
}

// A slot on a failing medium must not keep the other slot from being started.
async function unlessUnreadable<T>(code: 'boot.manifest' | 'boot.digest', reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    const why = diskErrorOf(error)
    throw why === undefined ? error : new Fault(code, { why }, { cause: error })
  }
}
