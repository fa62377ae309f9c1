import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { readPe } from './pe.ts'

const HEADER_AT = 128
const OPTIONAL_LENGTH_BYTES = 240
const CONTENT_AT = 1024

function peOf(machine: number, subsystem: number, sections: Readonly<Record<string, string>>): Buffer {
  const image = Buffer.alloc(CONTENT_AT)
  image.write('MZ')
  image.writeUInt32LE(HEADER_AT, 60)
  image.write('PE\0\0', HEADER_AT, 'latin1')
  image.writeUInt16LE(machine, HEADER_AT + 4)
  image.writeUInt16LE(Object.keys(sections).length, HEADER_AT + 6)
  image.writeUInt16LE(OPTIONAL_LENGTH_BYTES, HEADER_AT + 20)
  image.writeUInt16LE(subsystem, HEADER_AT + 24 + 68)
  let contentAt = CONTENT_AT
  Object.entries(sections).forEach(([name, content], i) => {
    const row = HEADER_AT + 24 + OPTIONAL_LENGTH_BYTES + i * 40
    image.write(name, row, 'latin1')
    image.writeUInt32LE(content.length, row + 8)
    image.writeUInt32LE(512, row + 16)
    image.writeUInt32LE(contentAt, row + 20)
    contentAt += 512
  })
  const contents = Object.values(sections).map((content) => Buffer.from(content.padEnd(512, '\0')))
  return Buffer.concat([image, ...contents])
}

test('a unified kernel image says which system and kernel it holds', async () => {
  const osrel = 'ID=lampos\nPRETTY_NAME="Lamp OS 1.4"\nVERSION_ID=1.4.0\n'
  const image = peOf(0x8664, 10, { '.linux': 'kernel', '.osrel': osrel, '.uname': '6.12.1-lamp' })
  expect(await readPe(sourceOf(image))).toEqual({
    machine: 'x86-64',
    kind: 'unified kernel image',
    os: 'Lamp OS 1.4',
    version: '1.4.0',
    kernel: '6.12.1-lamp',
  })
})

test('the version of the image goes before that of the system in it', async () => {
  const image = peOf(0xaa64, 10, { '.linux': '', '.osrel': "VERSION_ID=12\nIMAGE_VERSION='3.1.4'\n" })
  expect(await readPe(sourceOf(image))).toMatchObject({ machine: 'aarch64', version: '3.1.4' })
})

test('an EFI application and any other program', async () => {
  expect(await readPe(sourceOf(peOf(0x5064, 10, { '.text': '' })))).toEqual({
    machine: 'riscv64',
    kind: 'efi application',
  })
  expect(await readPe(sourceOf(peOf(0x14c, 3, { '.text': '' })))).toEqual({ machine: 'x86', kind: 'program' })
})

test('a DOS program is none', async () => {
  expect(await readPe(sourceOf(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])))).toBeUndefined()
})
