// The folder of a device, as an option and as a disk.

import { Fault } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { realDisk } from '@sealift/world/real'
import { needed } from './command.ts'
import { isFolder } from './org.ts'

export const deviceFolder = needed('--device <folder>', 'folder of the device')

/** @throws {Fault} `keep.missing` when no device was enrolled there */
export async function requireDevice(folder: string): Promise<Disk> {
  const { readDeviceFile } = await import('@sealift/agent')
  const disk = realDisk(folder)
  if ((await isFolder(folder)) && (await readDeviceFile(disk))) return disk
  throw new Fault('keep.missing', { folder, file: 'device.json' })
}
