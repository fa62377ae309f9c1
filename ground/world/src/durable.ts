// Replace a small file so that a power cut leaves the old content or the new, whole.

import { type Disk, folderOf } from './disk.ts'

/**
 * Write a temporary file, fsync it, rename it over the old one, fsync the folder. When this returns, `bytes` are durable.
 *
 * The order matters: without the first sync a journaling file system may keep the rename and lose the content (ext4 delayed
 * allocation leaves an empty file); without the last, the rename itself may be lost.
 */
export async function replaceFile(disk: Disk, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${name}.new`
  const file = await disk.open(temporary)
  try {
    await file.truncate(0)
    await file.writeAt(0, bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(temporary, name)
  await disk.syncFolder(folderOf(name))
}

/** Remove a file so that it stays removed. */
export async function removeFile(disk: Disk, name: string): Promise<void> {
  await disk.remove(name)
  await disk.syncFolder(folderOf(name))
}
