// XZ: a compressed stream and how its content is checked. The .xz File Format 1.2 §2.1.1.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly } from './source.ts'

const CHECKS: Readonly<Record<number, string>> = { 0: 'none', 1: 'crc32', 4: 'crc64', 10: 'sha256' }

export async function readXz(source: ImageSource): Promise<Facts | undefined> {
  const header = await readExactly(source, 0, 12)
  if (header?.toString('hex', 0, 6) !== 'fd377a585a00') return undefined
  const check = (header[7] ?? 0) & 0x0f
  return { check: CHECKS[check] ?? `check ${check}` }
}
