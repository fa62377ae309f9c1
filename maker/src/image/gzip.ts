// Gzip: a compressed stream with the name and the length of what is inside. RFC 1952.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly, readUpTo, textIn } from './source.ts'

const HAS_EXTRA = 4
const HAS_NAME = 8
const NAME_LENGTH_BYTES_MAX = 128

export async function readGzip(source: ImageSource): Promise<Facts | undefined> {
  const header = await readExactly(source, 0, 10)
  if (header?.toString('hex', 0, 3) !== '1f8b08') return undefined
  const flags = header[3] ?? 0
  const named = (flags & (HAS_NAME | HAS_EXTRA)) === HAS_NAME
  const name = named ? textIn(await readUpTo(source, 10, NAME_LENGTH_BYTES_MAX)) : ''
  const tail = await readExactly(source, source.lengthBytes - 4, 4)
  return {
    ...(name && { name }),
    // Modulo 2^32, and of the last member only: a hint, never a limit.
    ...(tail && source.lengthBytes >= 18 && { unpackedLengthBytes: tail.readUInt32LE(0) }),
  }
}
