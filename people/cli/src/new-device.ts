// A folder becomes a device of the fleet that boots: identity first, then the first image.

import type { Factory } from '@sealift/boot-control'
import { type Claim, Fault } from '@sealift/protocol'
import type { Clock } from '@sealift/world'
import { lockFolder, realChance, realDisk, realNetwork } from '@sealift/world/real'
import type { FactoryImage } from './factory.ts'

export type NewDevice = {
  readonly claim: Claim
  /** Wish for the name. */
  readonly serial: string | undefined
  readonly factory: FactoryImage
  /** What the boot stage is told in place of its defaults. */
  readonly boot: Partial<Omit<Factory['config'], 'deviceId' | 'hardwareId' | 'bootKeysPem'>>
}

/**
 * Redeem the claim and lay down the image. What is done already stays, so that it may be called again.
 * @returns the name that the server gave the device
 * @throws {Fault} `keep.busy` while an agent runs there, and whatever `enrolDevice` and `provision` throw
 */
export async function makeDevice(folder: string, clock: Clock, device: NewDevice): Promise<string> {
  const lock = await lockFolder(folder)
  try {
    const id = await enrol(folder, clock, device)
    await layDown(folder, id, device)
    return id
  } finally {
    await lock.release()
  }
}

async function enrol(folder: string, clock: Clock, { claim, serial }: NewDevice): Promise<string> {
  const { enrolDevice } = await import('@sealift/agent')
  const network = realNetwork({ caPem: claim.serverCaPem })
  try {
    const disk = realDisk(folder)
    const { id } = await enrolDevice({ claim, disk, network, clock, ...(serial !== undefined && { serial }) })
    return id
  } finally {
    network.close()
  }
}

async function layDown(folder: string, deviceId: string, { claim, factory, boot }: NewDevice): Promise<void> {
  const { provision } = await import('@sealift/boot-control')
  const { hardwareId, bootKeysPem } = claim
  const { image, bootManifest } = factory
  try {
    const config = { ...boot, deviceId, hardwareId, bootKeysPem: [...bootKeysPem] }
    await provision(realDisk(folder), realChance(), { config, image, bootManifest })
  } catch (error) {
    // It boots already: this was said before.
    if (!(error instanceof Fault && error.code === 'keep.exists')) throw error
  }
}
