// ELF: programs and whole firmware as the linker left them. System V ABI, chapters 4 and 5.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly } from './source.ts'

const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'mips',
  20: 'powerpc',
  21: 'powerpc64',
  40: 'arm',
  42: 'superh',
  62: 'x86-64',
  83: 'avr',
  93: 'arc',
  94: 'xtensa',
  105: 'msp430',
  164: 'hexagon',
  183: 'aarch64',
  195: 'arc-v2',
  243: 'riscv',
  258: 'loongarch',
}

const TYPES: Readonly<Record<number, string>> = { 1: 'relocatable', 2: 'executable', 3: 'shared', 4: 'core' }

const SEGMENTS_MAX = 64
const NOTES_LENGTH_BYTES_MAX = 4096
const BUILD_ID_LENGTH_BYTES_MAX = 48
const PT_NOTE = 4
const NT_GNU_BUILD_ID = 3

export async function readElf(source: ImageSource): Promise<Facts | undefined> {
  const ident = await readExactly(source, 0, 16)
  if (ident?.readUInt32BE(0) !== 0x7f454c46) return undefined
  const bits = { 1: 32, 2: 64 }[ident[4] ?? 0]
  const order = { 1: 'little', 2: 'big' }[ident[5] ?? 0]
  if (!bits || !order) return undefined
  const layout = layoutOf(bits, order === 'little')
  const header = await readExactly(source, 0, layout.headerLengthBytes)
  if (!header) return undefined
  const machine = layout.u16(header, 18)
  const buildId = await buildIdIn(source, layout, header)
  return {
    bits,
    order,
    machine: MACHINES[machine] ?? `machine ${machine}`,
    type: TYPES[layout.u16(header, 16)] ?? 'other',
    ...(buildId && { buildId }),
  }
}

/** Where things are in a header of this width and byte order. */
type Layout = {
  readonly headerLengthBytes: number
  readonly segmentLengthBytes: number
  /** In the file header: offset of the segment table, and number of its rows. */
  readonly tableAt: number
  readonly rowsAt: number
  /** In a row: offset and length in the file. */
  readonly offsetAt: number
  readonly lengthAt: number
  u16(bytes: Buffer, at: number): number
  u32(bytes: Buffer, at: number): number
  word(bytes: Buffer, at: number): number
}

function layoutOf(bits: number, little: boolean): Layout {
  const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const u64 = (bytes: Buffer, at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return bits === 32
    ? {
        headerLengthBytes: 52,
        segmentLengthBytes: 32,
        tableAt: 28,
        rowsAt: 44,
        offsetAt: 4,
        lengthAt: 16,
        u16,
        u32,
        word: u32,
      }
    : {
        headerLengthBytes: 64,
        segmentLengthBytes: 56,
        tableAt: 32,
        rowsAt: 56,
        offsetAt: 8,
        lengthAt: 32,
        u16,
        u32,
        word: u64,
      }
}

async function buildIdIn(source: ImageSource, layout: Layout, header: Buffer): Promise<string | undefined> {
  const tableAt = layout.word(header, layout.tableAt)
  const rows = Math.min(layout.u16(header, layout.rowsAt), SEGMENTS_MAX)
  const table = await readExactly(source, tableAt, rows * layout.segmentLengthBytes)
  if (!table) return undefined
  for (let row = 0; row < rows; row++) {
    const at = row * layout.segmentLengthBytes
    if (layout.u32(table, at) !== PT_NOTE) continue
    const lengthBytes = Math.min(layout.word(table, at + layout.lengthAt), NOTES_LENGTH_BYTES_MAX)
    const notes = await readExactly(source, layout.word(table, at + layout.offsetAt), lengthBytes)
    const buildId = notes && buildIdAmong(notes, layout)
    if (buildId) return buildId
  }
  return undefined
}

// A note: length of name, length of content, type; then both, each padded to four bytes.
function buildIdAmong(notes: Buffer, layout: Layout): string | undefined {
  let at = 0
  while (at + 12 <= notes.length) {
    const nameLengthBytes = layout.u32(notes, at)
    const contentLengthBytes = layout.u32(notes, at + 4)
    const contentAt = at + 12 + padded(nameLengthBytes)
    const content = notes.subarray(contentAt, contentAt + contentLengthBytes)
    const isGnu = notes.subarray(at + 12, at + 16).toString('latin1') === 'GNU\0'
    const isBuildId = isGnu && layout.u32(notes, at + 8) === NT_GNU_BUILD_ID
    if (isBuildId && content.length === contentLengthBytes && content.length <= BUILD_ID_LENGTH_BYTES_MAX) {
      return content.toString('hex')
    }
    at = contentAt + padded(contentLengthBytes)
  }
  return undefined
}

function padded(lengthBytes: number): number {
  return Math.ceil(lengthBytes / 4) * 4
}
