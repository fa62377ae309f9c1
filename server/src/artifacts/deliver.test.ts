// Delivery: the image of this device's assignment, whole or in parts, and nothing else.

import { DEVICE_ROUTES } from '@sealift/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TrialDevice, TrialHouse } from '../trial/trial-house.ts'
import type { TrialRelease } from '../trial/trial-maker.ts'
import { blobNameOf } from './blob-name.ts'

let trial: TrialHouse
let device: TrialDevice
let release: TrialRelease
let url: string

const urlOf = ({ release: { product, version }, sha256 }: TrialRelease) =>
  `/device/v1/targets/${product}/${version}/${sha256}.${product}-${version}.img`

beforeEach(async () => {
  trial = await TrialHouse.open({ settings: { downloadsMax: 2 } })
  await trial.addProduct('lamp')
  device = await trial.enrol('lamp')
  release = await trial.release('lamp', '1.1.0')
  await trial.assign(device, release)
  url = urlOf(release)
})

afterEach(() => trial.close())

const get = (headers: Record<string, string> = {}, as = device) => trial.as(as, { url, headers })

test('the whole image, with what a client needs to go on from anywhere', async () => {
  const response = await get()
  expect(response.statusCode).toBe(200)
  expect(response.rawPayload.equals(release.image)).toBe(true)
  expect(response.headers).toMatchObject({
    etag: `"${release.sha256}"`,
    'accept-ranges': 'bytes',
    'content-length': String(release.image.byteLength),
    'content-type': 'application/octet-stream',
    'cache-control': 'private, max-age=31536000, immutable',
  })
})

test('a download goes on where it stopped (RFC 9110 §14)', async () => {
  const from = 300_001
  const response = await get({ range: `bytes=${from}-`, 'if-range': `"${release.sha256}"` })
  expect(response.statusCode).toBe(206)
  const { byteLength } = release.image
  expect(response.headers['content-range']).toBe(`bytes ${from}-${byteLength - 1}/${byteLength}`)
  expect(response.rawPayload.equals(release.image.subarray(from))).toBe(true)
})

test('every part put together is the image', async () => {
  const step = 100_003
  const parts: Buffer[] = []
  for (let at = 0; at < release.image.byteLength; at += step) {
    parts.push((await get({ range: `bytes=${at}-${at + step - 1}` })).rawPayload)
  }
  expect(Buffer.concat(parts).equals(release.image)).toBe(true)
})

test('a range of an image that changed meanwhile is answered with the whole', async () => {
  const response = await get({ range: 'bytes=5-', 'if-range': `"${'0'.repeat(64)}"` })
  expect(response.statusCode).toBe(200)
  expect(response.rawPayload.equals(release.image)).toBe(true)
})

test('a range behind the end is refused, with the length', async () => {
  const response = await get({ range: `bytes=${release.image.byteLength}-` })
  expect(response.json()).toMatchObject({ status: 416, code: 'deliver.range' })
  expect(response.headers['content-range']).toBe(`bytes */${release.image.byteLength}`)
})

test('an image that the device has already is not sent', async () => {
  const response = await get({ 'if-none-match': `"${release.sha256}"` })
  expect([response.statusCode, response.rawPayload.byteLength]).toEqual([304, 0])
})

test('attack 34 IDOR: a device gets nothing that is not assigned to it, and learns nothing of it', async () => {
  const idle = await trial.enrol('lamp')
  const stranger = await trial.as(idle, { url })
  const nowhere = await trial.as(device, { url: url.replace(release.sha256, '0'.repeat(64)) })
  expect(stranger.json()).toMatchObject({ status: 404, code: 'deliver.not-yours' })
  expect(stranger.json()).toEqual(nowhere.json())
})

test.each(['lamp/1.1.0/lamp-1.1.0.img', '../../server.json', '..%2f..%2fkeys', ''])(
  'no such target: %s',
  async (path) => {
    const response = await trial.as(device, { url: DEVICE_ROUTES.target.replace('*', path) })
    expect(response.json()).toMatchObject({ status: 404, code: 'deliver.not-yours' })
  },
)

test('a paused rollout gives out nothing more, not even the rest of an image', async () => {
  expect((await get({ range: 'bytes=0-9' })).statusCode).toBe(206)
  await trial.house.store.updateTable('rollout').set({ state: 'paused' }).execute()
  expect((await get({ range: 'bytes=10-' })).json()).toMatchObject({ status: 404, code: 'deliver.not-yours' })
})

test('one more than may download at once is told to come back', async () => {
  const { downloads } = trial.house
  expect([downloads.begin(), downloads.begin()]).toEqual([true, true])
  const response = await get()
  expect(response.json()).toMatchObject({ status: 503, code: 'deliver.busy' })
  expect(Number(response.headers['retry-after'])).toBeGreaterThanOrEqual(5)
  downloads.end()
  expect((await get()).statusCode).toBe(200)
})

test('a download frees its place when it ends, and its bytes are counted', async () => {
  for (let i = 0; i < 5; i++) expect((await get({ range: 'bytes=0-999' })).statusCode).toBe(206)
  await expect.poll(() => trial.house.downloads.underWay).toBe(0)
  const counted = await trial.house.metrics.downloadBytes.get()
  expect(counted.values).toMatchObject([{ value: 5_000 }])
})

test.each(['EIO', 'lost'])('a blob that cannot be read (%s) is our fault, and frees its place', async (how) => {
  if (how === 'EIO') trial.disk.fail({ code: 'EIO', of: 'look', after: 0, times: 3 })
  else await trial.disk.remove(blobNameOf(release.sha256))
  expect((await get()).json()).toMatchObject({ status: 500 })
  expect(trial.house.downloads.underWay).toBe(0)
})
