import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { readElf } from './elf.ts'

// A program of 32 or 64 bits in either byte order, with one note segment behind its header.
function elfOf(bits: 32 | 64, little: boolean, machine: number): Buffer {
  const image = Buffer.alloc(256)
  const u16 = (value: number, at: number) => (little ? image.writeUInt16LE(value, at) : image.writeUInt16BE(value, at))
  const u32 = (value: number, at: number) => (little ? image.writeUInt32LE(value, at) : image.writeUInt32BE(value, at))
  const word = (value: number, at: number) => {
    if (bits === 32) return u32(value, at)
    return little ? image.writeBigUInt64LE(BigInt(value), at) : image.writeBigUInt64BE(BigInt(value), at)
  }
  const segmentAt = bits === 32 ? 52 : 64
  const noteAt = segmentAt + (bits === 32 ? 32 : 56)
  image.write('\x7fELF', 0, 'latin1')
  image[4] = bits / 32
  image[5] = little ? 1 : 2
  u16(2, 16)
  u16(machine, 18)
  word(segmentAt, bits === 32 ? 28 : 32)
  u16(1, bits === 32 ? 44 : 56)
  u32(4, segmentAt)
  word(noteAt, segmentAt + (bits === 32 ? 4 : 8))
  word(56, segmentAt + (bits === 32 ? 16 : 32))
  // A note of somebody else first, with a name that needs padding.
  u32(3, noteAt)
  u32(2, noteAt + 4)
  u32(3, noteAt + 8)
  image.write('Go\0', noteAt + 12, 'latin1')
  u32(4, noteAt + 20)
  u32(20, noteAt + 24)
  u32(3, noteAt + 28)
  image.write('GNU\0', noteAt + 32, 'latin1')
  image.fill(0xab, noteAt + 36, noteAt + 56)
  return image
}

test.each([
  [32, true, 40, 'arm'],
  [32, false, 8, 'mips'],
  [64, true, 183, 'aarch64'],
  [64, false, 21, 'powerpc64'],
  [32, true, 243, 'riscv'],
  [64, true, 9999, 'machine 9999'],
] as const)('%i bits, little endian %s, machine %i', async (bits, little, number, machine) => {
  expect(await readElf(sourceOf(elfOf(bits, little, number)))).toEqual({
    bits,
    order: little ? 'little' : 'big',
    machine,
    type: 'executable',
    buildId: 'ab'.repeat(20),
  })
})

test('a segment table outside the file costs the build id, not the answer', async () => {
  const image = elfOf(64, true, 62)
  image.writeBigUInt64LE(2n ** 63n, 32)
  expect(await readElf(sourceOf(image))).toEqual({ bits: 64, order: 'little', machine: 'x86-64', type: 'executable' })
})

test('a note that is cut off gives no part of a build id', async () => {
  const image = elfOf(64, true, 62)
  image.writeBigUInt64LE(55n, 64 + 32)
  expect(await readElf(sourceOf(image))).not.toHaveProperty('buildId')
})

test('a class that does not exist is no ELF', async () => {
  const image = elfOf(64, true, 62)
  image[4] = 3
  expect(await readElf(sourceOf(image))).toBeUndefined()
})
