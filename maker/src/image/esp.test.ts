import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { readEsp } from './esp.ts'

const SEGMENT_LENGTH_BYTES = 512

function esp32Of(chip: number): Buffer {
  const image = Buffer.alloc(24 + 8 + SEGMENT_LENGTH_BYTES + 33)
  image[0] = 0xe9
  image[1] = 1
  image.writeUInt16LE(chip, 12)
  image.writeUInt32LE(SEGMENT_LENGTH_BYTES, 28)
  image.writeUInt32LE(0xabcd5432, 32)
  image.writeUInt32LE(3, 36)
  image.write('1.4.0', 32 + 16)
  image.write('lamp', 32 + 48)
  image.write('v5.4.1', 32 + 112)
  image.fill(0xcd, 32 + 144, 32 + 176)
  return image
}

test('ESP32 with the description of its application', async () => {
  expect(await readEsp(sourceOf(esp32Of(9)))).toEqual({
    chip: 'esp32-s3',
    segments: 1,
    project: 'lamp',
    version: '1.4.0',
    idf: 'v5.4.1',
    secureVersion: 3,
    elfSha256: 'cd'.repeat(32),
  })
})

test('ESP8266 has a shorter header and no description', async () => {
  const image = Buffer.alloc(8 + 8 + 16)
  image[0] = 0xe9
  image[1] = 1
  image.writeUInt32LE(0x4010f000, 8)
  image.writeUInt32LE(16, 12)
  expect(await readEsp(sourceOf(image))).toEqual({ chip: 'esp8266', segments: 1 })
})

test('a jump instruction is no ESP image: its segments lie nowhere', async () => {
  const image = Buffer.alloc(256, 0x90)
  image[0] = 0xe9
  image[1] = 5
  expect(await readEsp(sourceOf(image))).toBeUndefined()
})

test('a segment that ends behind the file is not believed', async () => {
  const image = esp32Of(9)
  expect(await readEsp(sourceOf(image.subarray(0, 24 + 8 + SEGMENT_LENGTH_BYTES)))).toBeDefined()
  expect(await readEsp(sourceOf(image.subarray(0, 24 + 8 + SEGMENT_LENGTH_BYTES - 1)))).toBeUndefined()
})
