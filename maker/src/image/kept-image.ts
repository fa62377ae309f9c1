// The maker's own copy of an image, so that what is signed and published is what was looked at.

import { Fault } from '@sealift/protocol'
import { type Disk, folderOf, removeFile } from '@sealift/world'
import { type Digests, digestOf, type OnProgress } from './digest.ts'
import { type ImageSource, imageSourceOf } from './source.ts'

export type Judged = { /** Name under which the copy is kept. */ readonly keepAs: string }

/**
 * Copy an image to a temporary file, durably, and hand the copy to `judge`; keep it as `judge` says.
 *
 * @throws {Fault} `keep.full`, `build.image`, and whatever `judge` throws; then nothing stays behind
 */
export async function keepImage<T extends Judged>(
  disk: Disk,
  folder: string,
  source: ImageSource,
  judge: (copy: ImageSource, digests: Digests) => Promise<T>,
  onProgress?: OnProgress,
): Promise<T> {
  const temporary = `${folder}/incoming`
  try {
    const judged = await copyTo(disk, temporary, source, judge, onProgress)
    await disk.rename(temporary, judged.keepAs)
    await disk.syncFolder(folderOf(judged.keepAs))
    return judged
  } catch (error) {
    await removeFile(disk, temporary)
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new Fault('keep.full', { folder, lengthBytes: source.lengthBytes }, { cause: error })
  }
}

/**
 * Open a kept image for as long as `use` runs.
 * @throws {Fault} `keep.damaged` when it is not there
 */
export async function withKeptImage<T>(disk: Disk, name: string, use: (image: ImageSource) => Promise<T>): Promise<T> {
  const folder = folderOf(name)
  // Opening would make an empty file in its place.
  const isThere = (await disk.list(folder)).includes(name.slice(folder.length + 1))
  if (!isThere) throw new Fault('keep.damaged', { file: name, why: 'missing' })
  const file = await disk.open(name)
  try {
    return await use(await imageSourceOf(file))
  } finally {
    await file.close()
  }
}

async function copyTo<T>(
  disk: Disk,
  name: string,
  source: ImageSource,
  judge: (copy: ImageSource, digests: Digests) => Promise<T>,
  onProgress: OnProgress | undefined,
): Promise<T> {
  const file = await disk.open(name)
  try {
    await file.truncate(0)
    const digests = await digestOf(source, onProgress, (offsetBytes, chunk) => file.writeAt(offsetBytes, chunk))
    await file.sync()
    return await judge(await imageSourceOf(file), digests)
  } finally {
    await file.close()
  }
}
