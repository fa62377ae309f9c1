// The upload route: what it asks for, and what it leaves behind when it refuses.

import { VirtualDisk } from '@sealift/world/virtual'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TrialHouse } from '../trial/trial-house.ts'
import { newRelease } from '../trial/trial-maker.ts'
import { blobNameOf, INCOMING } from './blob-name.ts'

const { image, sha256 } = newRelease('lamp', '1.0.0', 1)
const OCTETS = { 'content-type': 'application/octet-stream' }

let trial: TrialHouse
const open = async (options: Parameters<typeof TrialHouse.open>[0] = {}) => {
  trial = await TrialHouse.open(options)
}

beforeEach(() => open())
afterEach(() => trial.close())

const put = (headers: Record<string, string>, payload = image, digest = sha256) =>
  trial.ask({ method: 'PUT', url: `/api/v1/blobs/${digest}`, headers, payload })

const nothingStored = async () => {
  expect(await trial.disk.list(INCOMING)).toEqual([])
  expect(await trial.disk.read(blobNameOf(sha256))).toBeUndefined()
  expect(await trial.house.store.selectFrom('blob').selectAll().execute()).toEqual([])
}

test('an image is stored once, and known from then on', async () => {
  const first = await trial.upload({ image, sha256 })
  expect([first.statusCode, first.json()]).toEqual([201, { sha256, lengthBytes: image.byteLength, known: false }])
  const again = await trial.upload({ image, sha256 })
  expect([again.statusCode, again.json()]).toEqual([200, { sha256, lengthBytes: image.byteLength, known: true }])
})

test('an image that the disk lost is mended by uploading it again', async () => {
  await trial.upload({ image, sha256 })
  await trial.disk.remove(blobNameOf(sha256))
  expect((await trial.upload({ image, sha256 })).statusCode).toBe(200)
  expect(await trial.disk.read(blobNameOf(sha256))).toEqual(new Uint8Array(image))
})

test('a truncated upload is refused, and leaves nothing', async () => {
  const response = await put({ ...OCTETS, 'content-length': String(image.byteLength + 1) })
  expect(response.json()).toMatchObject({ status: 400, code: 'publish.truncated' })
  await nothingStored()
})

test('other bytes than announced are refused, and leave nothing', async () => {
  const response = await put(OCTETS, Buffer.alloc(image.byteLength, 'x'))
  expect(response.json()).toMatchObject({ status: 422, code: 'publish.digest' })
  await nothingStored()
})

test('a full disk is answered 507, and leaves nothing', async () => {
  await trial.close()
  await open({ disk: new VirtualDisk({ lengthBytesMax: image.byteLength - 1 }) })
  const response = await put(OCTETS)
  expect(response.json()).toMatchObject({ status: 507, code: 'keep.full' })
  await nothingStored()
})

test('attack 06 endless data: more than the limit is not even begun', async () => {
  await trial.close()
  await open({ settings: { blobLengthBytesMax: image.byteLength - 1 } })
  const before = trial.disk.changes
  const response = await put(OCTETS)
  expect(response.json()).toMatchObject({ status: 413, code: 'access.limit' })
  expect(trial.disk.changes).toBe(before)
})

const malformed: [story: string, headers: Record<string, string>, payload: Buffer][] = [
  ['no length', { ...OCTETS, 'transfer-encoding': 'chunked', 'content-length': '' }, image],
  ['no bytes', { ...OCTETS, 'content-length': '0' }, Buffer.alloc(0)],
  ['a length that is no number', { ...OCTETS, 'content-length': '1e3' }, image],
]

test.each(malformed)('%s: not of the form', async (_story, headers, payload) => {
  const response = await put(headers, payload)
  expect(response.json()).toMatchObject({ status: 400, code: 'assign.invalid' })
  await nothingStored()
})

test('a body that says it is something else is refused', async () => {
  expect((await put({ 'content-type': 'text/html' })).json()).toMatchObject({ status: 415, code: 'assign.invalid' })
  await nothingStored()
})

test.each(['..%2f..%2fserver.json', 'A'.repeat(64), 'ab'])('a name that is no digest: %s', async (digest) => {
  expect((await put(OCTETS, image, digest)).json()).toMatchObject({ status: 400, code: 'assign.invalid' })
})

test('attack 35: nobody uploads without signing in', async () => {
  const response = await trial.people.inject({
    method: 'PUT',
    url: `/api/v1/blobs/${sha256}`,
    headers: OCTETS,
    payload: image,
  })
  expect(response.json()).toMatchObject({ status: 403, code: 'access.forged' })
  await nothingStored()
})
