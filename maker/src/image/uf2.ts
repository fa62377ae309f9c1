// UF2: blocks of 512 bytes, each with its own address. microsoft/uf2, README.

import type { Facts } from '@sealift/protocol'
import { hexOf, type ImageSource, readExactly } from './source.ts'

const BLOCK_LENGTH_BYTES = 512
const FAMILY_PRESENT = 0x2000

export async function readUf2(source: ImageSource): Promise<Facts | undefined> {
  const block = await readExactly(source, 0, BLOCK_LENGTH_BYTES)
  if (block?.readUInt32LE(0) !== 0x0a324655) return undefined
  if (block.readUInt32LE(4) !== 0x9e5d5157 || block.readUInt32LE(508) !== 0x0ab16f30) return undefined
  return {
    blocks: block.readUInt32LE(24),
    address: hexOf(block.readUInt32LE(12)),
    ...((block.readUInt32LE(8) & FAMILY_PRESENT) !== 0 && { family: hexOf(block.readUInt32LE(28)) }),
  }
}
