// Zstandard: a compressed stream that may say how long its content is. RFC 8878 §3.1.1.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly, readUpTo } from './source.ts'

export async function readZstd(source: ImageSource): Promise<Facts | undefined> {
  const magic = await readExactly(source, 0, 4)
  if (magic?.readUInt32LE(0) !== 0xfd2fb528) return undefined
  const unpackedLengthBytes = contentLengthOf(await readUpTo(source, 4, 14))
  return unpackedLengthBytes === undefined ? {} : { unpackedLengthBytes }
}

// Descriptor, window (absent in a single segment), dictionary id, then the content's length in 0, 1, 2, 4 or 8 bytes.
function contentLengthOf(header: Buffer): number | undefined {
  const descriptor = header[0] ?? 0
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryLengthBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const lengthBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const at = 1 + (isSingleSegment ? 0 : 1) + dictionaryLengthBytes
  if (lengthBytes === 0 || at + lengthBytes > header.length) return undefined
  if (lengthBytes === 8) return Number(header.readBigUInt64LE(at))
  return header.readUIntLE(at, lengthBytes) + (lengthBytes === 2 ? 256 : 0)
}
