// Intel HEX: lines of text that carry address, bytes and a checksum. Intel, Hexadecimal Object File Format, 1988.

import type { Facts } from '@sealift/protocol'
import { hexOf, type ImageSource, readUpTo } from './source.ts'

const HEAD_LENGTH_BYTES = 2048
const RECORD = /^:([0-9A-Fa-f]{10,520})$/

const DATA = 0
const SEGMENT_ADDRESS = 2
const LINEAR_ADDRESS = 4

export async function readIntelHex(source: ImageSource): Promise<Facts | undefined> {
  const head = await readUpTo(source, 0, HEAD_LENGTH_BYTES)
  if (head[0] !== 0x3a) return undefined
  const lines = head.toString('latin1').split(/\r?\n/)
  const first = recordOf(lines[0] ?? '')
  if (!first) return undefined
  return { firstRecord: first.type, ...addressOf(lines) }
}

type HexRecord = { readonly type: number; readonly address: number; readonly content: Buffer }

// The bytes of a record, its checksum included, add up to zero.
function recordOf(line: string): HexRecord | undefined {
  const digits = RECORD.exec(line)?.[1]
  if (digits === undefined || digits.length % 2 !== 0) return undefined
  const bytes = Buffer.from(digits, 'hex')
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  if (bytes.length !== (bytes[0] ?? 0) + 5 || sum % 256 !== 0) return undefined
  return { type: bytes[3] ?? 0, address: bytes.readUInt16BE(1), content: bytes.subarray(4, -1) }
}

// Where the first data goes: its own sixteen bits, above what the address records before it said.
function addressOf(lines: readonly string[]): Facts {
  let base = 0
  for (const line of lines) {
    const record = recordOf(line)
    if (!record) break
    if (record.type === DATA) return { address: hexOf(base + record.address) }
    if (record.content.length !== 2) continue
    if (record.type === LINEAR_ADDRESS) base = record.content.readUInt16BE(0) * 0x10000
    if (record.type === SEGMENT_ADDRESS) base = record.content.readUInt16BE(0) * 16
  }
  return {}
}
