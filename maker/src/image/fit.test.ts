import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { readFit } from './fit.ts'

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4)
  })
  return bytes
}
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
const STRINGS = Buffer.from('data\0description\0')
const node = (name: string, ...children: Buffer[]) =>
  Buffer.concat([u32(1), padded(Buffer.from(`${name}\0`)), ...children, u32(2)])
const property = (nameAt: number, content: Buffer) => Buffer.concat([u32(3, content.length, nameAt), padded(content)])

function treeOf(root: Buffer): Buffer {
  const structure = Buffer.concat([root, u32(9)])
  const lengthBytes = 40 + structure.length + STRINGS.length
  return Buffer.concat([
    u32(0xd00dfeed, lengthBytes, 40, 40 + structure.length, 0, 17, 16, 0, 0, 0),
    structure,
    STRINGS,
  ])
}

test('a FIT image names what is in it, however large that is', async () => {
  const root = node(
    '',
    property(5, Buffer.from('Lamp 1.4.0\0')),
    node('images', node('kernel-1', property(0, Buffer.alloc(100_001))), node('fdt-1')),
    node('configurations'),
  )
  const image = treeOf(root)
  expect(await readFit(sourceOf(image))).toEqual({
    kind: 'fit',
    lengthBytes: image.length,
    description: 'Lamp 1.4.0',
    images: 'kernel-1, fdt-1',
  })
})

test('a device tree is one, too', async () => {
  const image = treeOf(node('', node('cpus')))
  expect(await readFit(sourceOf(image))).toEqual({ kind: 'device tree', lengthBytes: image.length })
})

test('a tree that never ends is left after a while', async () => {
  const image = treeOf(Buffer.concat(Array.from({ length: 10_000 }, () => u32(4))))
  expect(await readFit(sourceOf(image))).toMatchObject({ kind: 'device tree' })
})
