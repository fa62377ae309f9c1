// The image comes into the slot exactly once, from where it was, and only as it was signed.

import { createHash } from 'node:crypto'
import type { Request } from '@sealift/world'
import type { Answer } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { imageOf, Story } from '../test/story.ts'
import { readStatus } from './agent-status.ts'

const CHECKPOINT_BYTES = 10_000
const image = imageOf('well', 95_000, 'v2')
const sha256 = createHash('sha256').update(image).digest('hex')

async function begin(): Promise<Story> {
  const story = await Story.begin()
  story.habits = { settleMs: 1_000, checkpointBytes: CHECKPOINT_BYTES }
  await story.offer('2.0.0', image)
  return story
}

const isImage = ({ url }: Request) => url.includes('/targets/')

test('a broken connection goes on where it broke, byte for byte, and fetches nothing twice', async () => {
  const story = await begin()
  story.network.trouble = (request) => (isImage(request) ? { cutAfterBytes: 33_333 } : {})
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.ranges).toEqual(['all', 'bytes=33333-', 'bytes=66666-'])
})

test('after the death of the process it goes on from the last checkpoint', async () => {
  const story = await begin()
  story.network.trouble = (request) => (isImage(request) ? { bytesPerSecond: 10_000 } : {})
  await story.live(() => story.server.sentBytes > 45_000, 600_000, 10)
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.sentBytes - image.byteLength).toBeLessThanOrEqual(CHECKPOINT_BYTES)
  expect(story.server.ranges).toHaveLength(2)
})

test('bytes that decayed on the slot meanwhile are noticed: nothing is built upon them', async () => {
  const story = await begin()
  story.network.trouble = (request) => (isImage(request) ? { cutAfterBytes: 40_000 } : {})
  await story.live(() => story.server.ranges.length === 1, 600_000, 10)
  const file = await story.disk.open('slots/b/image')
  await file.writeAt(12_345, Buffer.from('decay'))
  await file.sync()
  await file.close()
  story.network.trouble = () => ({})
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.ranges).toEqual(['all', 'all'])
  expect(story.server.events().some((event) => event.startsWith('refused'))).toBe(false)
})

const rangeLies: [story: string, lie: (from: number) => Partial<Answer>][] = [
  ['another beginning', (from) => ({ headers: { 'content-range': `bytes ${from - 1}-94999/95000` } })],
  ['another end', (from) => ({ headers: { 'content-range': `bytes ${from}-94998/95000` } })],
  ['another length', (from) => ({ headers: { 'content-range': `bytes ${from}-94999/95001` } })],
  ['no range at all', () => ({ headers: {} })],
  ['another unit', (from) => ({ headers: { 'content-range': `bits ${from}-94999/95000` } })],
  ['no success', () => ({ status: 416, headers: {} })],
]

test.each(rangeLies)('a lying range is refused: %s', async (_story, lie) => {
  const story = await begin()
  let lies = 0
  story.network.trouble = (request) => (isImage(request) && lies === 0 ? { cutAfterBytes: 40_000 } : {})
  story.server.lie = (path, request) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers?.['range'] ?? '')
    if (!path.includes('/targets/') || !range || lies++ > 0) return undefined
    return { status: 206, body: image.subarray(Number(range[1])), ...lie(Number(range[1])) }
  }
  const codes: unknown[] = []
  story.log = (_level, event, facts) => void (event === 'download.failed' && codes.push(facts?.['code']))
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(lies).toBe(2)
  expect(codes).toEqual(['download.interrupted', 'download.refused'])
  expect(story.server.sentBytes).toBeLessThanOrEqual(image.byteLength + 1_000)
})

test('a server that answers a range with the whole is taken at its word, from the beginning', async () => {
  const story = await begin()
  story.network.trouble = (request) => (isImage(request) ? { cutAfterBytes: 94_000 } : {})
  await story.live(() => story.server.ranges.length === 1, 600_000, 10)
  story.network.trouble = () => ({})
  story.server.lie = (path) => (path.includes('/targets/') ? { status: 200, body: image } : undefined)
  await story.live(() => story.heard('confirmed 2.0.0'))
})

test('attack 01 arbitrary software: wrong bytes are emptied from the slot; after three times the image is given up', async () => {
  const story = await begin()
  const wrong = image.slice()
  wrong[50_000] = (wrong[50_000] ?? 0) ^ 1
  story.server.lie = (path) => (path.includes('/targets/') ? { status: 200, body: wrong } : undefined)
  await story.live(() => story.heard('refused download.digest'))
  expect((await story.disk.read('slots/b/image'))?.byteLength).toBe(0)
  expect(await story.disk.read('slots/b/manifest.json')).toBeUndefined()

  await story.live(() => story.heard('idle held_back'))
  const asked = story.server.asked.filter((path) => path.includes('/targets/'))
  expect(asked).toHaveLength(3)
})

test('an image that is larger than the slot is not begun, and given up', async () => {
  const story = await Story.begin({ boot: { slotLengthBytesMax: 50_000 } })
  await story.offer('2.0.0', image)
  await story.live(() => story.heard('idle held_back'))
  expect(story.heard('refused install.space')).toBe(true)
  expect(story.server.ranges).toEqual([])
})

test('a full disk is said, the slot is emptied so that others may write, and it is tried again', async () => {
  const story = await Story.begin({ lengthBytesMax: 60_000 })
  await story.offer('2.0.0', image)
  await story.live(() => story.heard('refused install.space'))
  expect((await story.disk.read('slots/b/image'))?.byteLength).toBe(0)
  expect((await readStatus(story.disk))?.fault?.code).toBe('install.space')
})

test('a slot that does not read back as it was written is not sealed', async () => {
  const story = await begin()
  let reads = 0
  const { disk } = story
  const open = disk.open.bind(disk)
  disk.open = async (name) => {
    const file = await open(name)
    if (name !== 'slots/b/image') return file
    return {
      ...file,
      async readAt(offsetBytes, lengthBytes) {
        const bytes = await file.readAt(offsetBytes, lengthBytes)
        if (reads++ === 0) bytes[7] = (bytes[7] ?? 0) ^ 1
        return bytes
      },
    }
  }
  await story.live(() => story.heard('refused install.digest'))
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.ranges).toEqual(['all', 'all'])
  expect(story.server.reports.at(-1)?.running.sha256).toBe(sha256)
})

test('a busy server is left alone for as long as it asks', async () => {
  const story = await begin()
  const asked: number[] = []
  story.server.lie = (path) => {
    if (!path.includes('/targets/')) return undefined
    asked.push(story.clock.elapsedMs())
    return asked.length === 1 ? { status: 503, headers: { 'retry-after': '1800' } } : undefined
  }
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(1_800_000)
  expect(story.server.events().some((event) => event.startsWith('refused'))).toBe(false)
})

test('progress is told in time, and only the latest is kept', async () => {
  const story = await begin()
  story.network.trouble = (request) => (isImage(request) ? { bytesPerSecond: 5_000 } : {})
  await story.live(() => story.heard('confirmed 2.0.0'))
  const told = story.server.reports.filter(({ event, step }) => event === 'progress' && step === 'download')
  const done = told.map(({ progress }) => progress?.doneBytes ?? -1)
  expect(done.length).toBeGreaterThan(5)
  expect(done).toEqual(done.toSorted((have, want) => have - want))
})
