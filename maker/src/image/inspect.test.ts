import { existsSync, readFileSync } from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sourceOf } from '../test/workshop.ts'
import { inspectImage } from './inspect.ts'
import type { ImageSource } from './source.ts'

const u16 = (value: number) => Buffer.from(new Uint16Array([value]).buffer)
const u32 = (...values: number[]) => Buffer.from(new Uint32Array(values).buffer)
const zeros = (lengthBytes: number) => Buffer.alloc(lengthBytes)

test('squashfs', async () => {
  const image = Buffer.concat([Buffer.from('hsqs'), zeros(92)])
  image.writeUInt32LE(17, 4)
  image.writeUInt32LE(1_700_000_000, 8)
  image.writeUInt32LE(131_072, 12)
  image.writeUInt16LE(6, 20)
  image.writeUInt16LE(4, 28)
  image.writeBigUInt64LE(96n, 40)
  expect(await inspectImage(sourceOf(image))).toEqual({
    format: 'squashfs',
    facts: {
      usedLengthBytes: 96,
      compression: 'zstd',
      blockLengthBytes: 131_072,
      files: 17,
      madeAt: '2023-11-14T22:13:20.000Z',
    },
  })
  image.writeUInt16LE(3, 28)
  expect((await inspectImage(sourceOf(image))).format).toBe('raw')
})

test('UF2 says how many blocks, where they go and for which family', async () => {
  const head = u32(0x0a324655, 0x9e5d5157, 0x2000, 0x10000000, 256, 0, 42, 0xe48bff56)
  const image = Buffer.concat([head, zeros(476), u32(0x0ab16f30)])
  expect(await inspectImage(sourceOf(image))).toEqual({
    format: 'uf2',
    facts: { blocks: 42, address: '0x10000000', family: '0xe48bff56' },
  })
  expect((await inspectImage(sourceOf(image.subarray(0, 511)))).format).toBe('raw')
})

test('Intel HEX says where its first data goes', async () => {
  const lines = [':020000040800F2', ':1000000000000220B1450008994C00089B4C0008F4', ':00000001FF']
  expect(await inspectImage(sourceOf(lines.join('\r\n')))).toMatchObject({
    format: 'intel-hex',
    facts: { address: '0x8000000' },
  })
})

test('a line whose checksum is wrong is no Intel HEX', async () => {
  expect((await inspectImage(sourceOf(':020000040800F3\n'))).format).toBe('raw')
})

test('a script names its interpreter, without what could fool a terminal', async () => {
  const image = '#!/usr/bin/env \u001b[31mnode\nprocess.exit()'
  expect(await inspectImage(sourceOf(image))).toEqual({
    format: 'script',
    facts: { interpreter: '/usr/bin/env [31mnode' },
  })
})

test('gzip and zstd say how long their content is', async () => {
  const content = Buffer.alloc(70_000, 'firmware')
  expect(await inspectImage(sourceOf(gzipSync(content)))).toEqual({
    format: 'gzip',
    facts: { unpackedLengthBytes: 70_000 },
  })
  const named = Buffer.concat([Buffer.from('1f8b08080000000000ff', 'hex'), Buffer.from('lamp.bin\0'), zeros(20)])
  expect(await inspectImage(sourceOf(named))).toMatchObject({ facts: { name: 'lamp.bin' } })
  for (const lengthBytes of [10, 300, 70_000]) {
    const image = zstdCompressSync(content.subarray(0, lengthBytes), { pledgedSrcSize: lengthBytes })
    expect(await inspectImage(sourceOf(image))).toEqual({ format: 'zstd', facts: { unpackedLengthBytes: lengthBytes } })
  }
})

test('xz says how its content is checked', async () => {
  const image = Buffer.concat([Buffer.from('fd377a585a000004e6d6b446', 'hex')])
  expect(await inspectImage(sourceOf(image))).toEqual({ format: 'xz', facts: { check: 'crc64' } })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from([0xe9])],
  ['an interrupt table', u32(0x20020000, 0x080045b1, 0x08004c99)],
  ['text', Buffer.from('hello')],
])('%s is raw', async (_story, image) => {
  expect(await inspectImage(sourceOf(image))).toEqual({ format: 'raw', facts: {} })
})

// Enough of each format to get past its magic, so that what follows is hostile bytes in its fields.
const OPENINGS: readonly Buffer[] = [
  Buffer.from('7f454c46010101', 'hex'),
  Buffer.from('7f454c46020201', 'hex'),
  u32(0x96f3b83d),
  Buffer.from('hsqs'),
  u32(0x0a324655, 0x9e5d5157),
  Buffer.from('d00dfeed', 'hex'),
  Buffer.concat([Buffer.from('MZ'), zeros(58), u32(64), Buffer.from('PE\0\0'), u16(0x8664)]),
  Buffer.from('1f8b0808', 'hex'),
  Buffer.from('28b52ffd', 'hex'),
  Buffer.from('fd377a585a00', 'hex'),
  Buffer.from('#!'),
  Buffer.from(':'),
  Buffer.from('e903', 'hex'),
  Buffer.alloc(0),
]

const hostileImage = fc
  .tuple(fc.constantFrom(...OPENINGS), fc.uint8Array({ maxLength: 600 }), fc.boolean())
  .map(([opening, rest, sparse]) => Buffer.concat([opening, sparse ? Buffer.from(rest).fill(0, 64) : rest]))

test('any bytes have an answer, with facts that are short and printable (attack 21)', async () => {
  await fc.assert(
    fc.asyncProperty(hostileImage, async (image) => {
      const { facts } = await inspectImage(sourceOf(image))
      for (const fact of Object.values(facts)) {
        if (typeof fact === 'string') expect(fact).toMatch(/^[\x20-\x7e]{0,128}$/)
        if (typeof fact === 'number') expect(fact).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 1000 },
  )
})

test('whatever the image says, little of it is read, and nothing outside it', async () => {
  await fc.assert(
    fc.asyncProperty(hostileImage, async (head) => {
      const watched = watch(head, 4 * 2 ** 30)
      await inspectImage(watched.source)
      expect(watched.readBytes()).toBeLessThan(100_000)
    }),
    { numRuns: 500 },
  )
})

// An image of this length that repeats its head, so that every offset leads to bytes that mean something.
function watch(head: Buffer, lengthBytes: number): { source: ImageSource; readBytes: () => number } {
  let readBytes = 0
  const readAt = async (offsetBytes: number, wantedBytes: number) => {
    expect(Number.isSafeInteger(offsetBytes) && offsetBytes >= 0 && offsetBytes + wantedBytes <= lengthBytes).toBe(true)
    readBytes += wantedBytes
    const bytes = Buffer.alloc(wantedBytes)
    for (let i = 0; i < wantedBytes; i++) bytes[i] = head[(offsetBytes + i) % head.length] ?? 0
    return bytes
  }
  return { source: { lengthBytes, readAt }, readBytes: () => readBytes }
}

// Real firmware that is not part of the project: the tests that need it say so when it is not there.
const CORPUS = process.env['SEALIFT_CORPUS'] ?? new URL('../../../../shared/corpus', import.meta.url).pathname

const real: [folder: string, answer: object][] = [
  ['m02-tc32-pvvx-zcgg1', { format: 'raw', facts: {} }],
  ['m06-esp8266-wled', { format: 'esp', facts: { chip: 'esp8266', segments: 2 } }],
  [
    'm08-esp32c3-wled',
    { format: 'esp', facts: { chip: 'esp32-c3', segments: 6, project: 'arduino-lib-builder', idf: 'v4.4.3' } },
  ],
  ['m12-pyboard-cm4', { format: 'raw', facts: {} }],
]

test.skipIf(!existsSync(CORPUS)).each(real)(
  'real firmware, where SEALIFT_CORPUS points to it: %s',
  async (folder, answer) => {
    expect(await inspectImage(sourceOf(readFileSync(`${CORPUS}/${folder}/new`)))).toMatchObject(answer)
  },
)
