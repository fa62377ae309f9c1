// MCUboot image: header, body, and a trailer of type-length-value records. MCUboot 2.x, bootutil/image.h.

import type { Facts } from '@sealift/protocol'
import { hexOf, type ImageSource, readExactly } from './source.ts'

const MAGIC = 0x96f3b83d
const HEADER_LENGTH_BYTES = 32
const PROTECTED_MAGIC = 0x6908
const PLAIN_MAGIC = 0x6907
const TRAILER_LENGTH_BYTES_MAX = 16_384
const SECURITY_COUNTER = 0x50

const SIGNATURES: Readonly<Record<number, string>> = {
  32: 'rsa-2048-pss',
  33: 'ecdsa-p224',
  34: 'ecdsa',
  35: 'rsa-3072-pss',
  36: 'ed25519',
}

const ENCRYPTED_AES128 = 0x04
const ENCRYPTED_AES256 = 0x08

export async function readMcuboot(source: ImageSource): Promise<Facts | undefined> {
  const header = await readExactly(source, 0, HEADER_LENGTH_BYTES)
  if (header?.readUInt32LE(0) !== MAGIC) return undefined
  const headerLengthBytes = header.readUInt16LE(8)
  const imageLengthBytes = header.readUInt32LE(12)
  const flags = header.readUInt32LE(16)
  const trailerAt = headerLengthBytes + imageLengthBytes
  const records = await readRecords(source, trailerAt, header.readUInt16LE(10) > 0)
  const counter = records.find(({ type, isProtected }) => isProtected && type === SECURITY_COUNTER)?.content
  const signature = records.map(({ type }) => SIGNATURES[type]).find((name) => name !== undefined)
  return {
    version: `${header[20]}.${header[21]}.${header.readUInt16LE(22)}+${header.readUInt32LE(24)}`,
    headerLengthBytes,
    imageLengthBytes,
    flags: hexOf(flags),
    encrypted: (flags & (ENCRYPTED_AES128 | ENCRYPTED_AES256)) !== 0,
    ...(counter?.length === 4 && { securityCounter: counter.readUInt32LE(0) }),
    ...(signature && { signature }),
  }
}

type TrailerRecord = { readonly type: number; readonly content: Buffer; readonly isProtected: boolean }

// The protected records come first, in an area of their own that the image's hash covers; the plain ones follow.
async function readRecords(source: ImageSource, at: number, hasProtected: boolean): Promise<TrailerRecord[]> {
  if (!hasProtected) return readArea(source, at, false)
  const info = await readExactly(source, at, 4)
  if (info?.readUInt16LE(0) !== PROTECTED_MAGIC) return []
  return [...(await readArea(source, at, true)), ...(await readArea(source, at + info.readUInt16LE(2), false))]
}

async function readArea(source: ImageSource, areaAt: number, isProtected: boolean): Promise<TrailerRecord[]> {
  const info = await readExactly(source, areaAt, 4)
  if (info?.readUInt16LE(0) !== (isProtected ? PROTECTED_MAGIC : PLAIN_MAGIC)) return []
  const area = await readExactly(source, areaAt, Math.min(info.readUInt16LE(2), TRAILER_LENGTH_BYTES_MAX))
  if (!area) return []
  const records: TrailerRecord[] = []
  let at = 4
  while (at + 4 <= area.length) {
    const contentAt = at + 4
    const next = contentAt + area.readUInt16LE(at + 2)
    if (next > area.length) break
    records.push({ type: area.readUInt16LE(at), content: area.subarray(contentAt, next), isProtected })
    at = next
  }
  return records
}
