// Squashfs 4: a compressed, read-only file system. Linux, fs/squashfs/squashfs_fs.h.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly } from './source.ts'

const COMPRESSIONS: Readonly<Record<number, string>> = { 1: 'gzip', 2: 'lzma', 3: 'lzo', 4: 'xz', 5: 'lz4', 6: 'zstd' }

export async function readSquashfs(source: ImageSource): Promise<Facts | undefined> {
  const superblock = await readExactly(source, 0, 96)
  if (superblock?.toString('latin1', 0, 4) !== 'hsqs') return undefined
  if (superblock.readUInt16LE(28) !== 4) return undefined
  const compression = superblock.readUInt16LE(20)
  const madeAtS = superblock.readUInt32LE(8)
  return {
    usedLengthBytes: Number(superblock.readBigUInt64LE(40)),
    compression: COMPRESSIONS[compression] ?? `compression ${compression}`,
    blockLengthBytes: superblock.readUInt32LE(12),
    files: superblock.readUInt32LE(4),
    madeAt: new Date(madeAtS * 1000).toISOString(),
  }
}
