import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { readMcuboot } from './mcuboot.ts'

const BODY_LENGTH_BYTES = 64

function recordOf(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(type, 0)
  head.writeUInt16LE(content.length, 2)
  return Buffer.concat([head, content])
}

function areaOf(magic: number, ...records: Buffer[]): Buffer {
  const body = Buffer.concat(records)
  const info = Buffer.alloc(4)
  info.writeUInt16LE(magic, 0)
  info.writeUInt16LE(body.length + 4, 2)
  return Buffer.concat([info, body])
}

function imageOf(protectedArea: Buffer, plainArea: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(512)
  header.writeUInt32LE(0x96f3b83d, 0)
  header.writeUInt16LE(512, 8)
  header.writeUInt16LE(protectedArea.length, 10)
  header.writeUInt32LE(BODY_LENGTH_BYTES, 12)
  header.writeUInt32LE(flags, 16)
  header[20] = 1
  header[21] = 4
  header.writeUInt16LE(2, 22)
  header.writeUInt32LE(17, 24)
  return Buffer.concat([header, Buffer.alloc(BODY_LENGTH_BYTES), protectedArea, plainArea])
}

const counter = (value: number) => {
  const content = Buffer.alloc(4)
  content.writeUInt32LE(value, 0)
  return recordOf(0x50, content)
}
const sha256 = recordOf(0x10, Buffer.alloc(32))
const signature = recordOf(0x24, Buffer.alloc(64))

test('header, version, security counter and kind of signature', async () => {
  const image = imageOf(areaOf(0x6908, counter(7)), areaOf(0x6907, sha256, signature), 0x10)
  expect(await readMcuboot(sourceOf(image))).toEqual({
    version: '1.4.2+17',
    headerLengthBytes: 512,
    imageLengthBytes: 64,
    flags: '0x10',
    encrypted: false,
    securityCounter: 7,
    signature: 'ed25519',
  })
})

test('a security counter that the hash does not cover is not believed', async () => {
  const image = imageOf(Buffer.alloc(0), areaOf(0x6907, sha256, counter(7)))
  expect(await readMcuboot(sourceOf(image))).not.toHaveProperty('securityCounter')
})

test('an encrypted image says so', async () => {
  const image = imageOf(Buffer.alloc(0), areaOf(0x6907, sha256), 0x04)
  expect(await readMcuboot(sourceOf(image))).toMatchObject({ encrypted: true })
})

test('a trailer that ends in the middle of a record gives what stood before it', async () => {
  const whole = imageOf(areaOf(0x6908, counter(7), sha256), areaOf(0x6907, signature))
  const cut = Buffer.from(whole)
  // The second record now claims more than its area holds.
  cut.writeUInt16LE(0xffff, 512 + BODY_LENGTH_BYTES + 4 + 8 + 2)
  expect(await readMcuboot(sourceOf(cut))).toMatchObject({ securityCounter: 7, signature: 'ed25519' })
})

test('an image that was cut short is still known by its header', async () => {
  const image = imageOf(areaOf(0x6908, counter(7)), areaOf(0x6907, signature)).subarray(0, 520)
  const facts = await readMcuboot(sourceOf(image))
  expect(facts).toMatchObject({ version: '1.4.2+17' })
  expect(facts).not.toHaveProperty('securityCounter')
})
