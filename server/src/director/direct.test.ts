// The director as a device meets it: check in, refresh, verify; and who gets to see what.

import { POLL_HEADER } from '@sealift/protocol'
import { type FetchFile, readMetadataText, type TrustState, verifyAssignment } from '@sealift/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOW_MS, type TrialDevice, TrialHouse } from '../trial/trial-house.ts'

const HOUR_MS = 3_600_000

let trial: TrialHouse
let device: TrialDevice

beforeEach(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
  device = await trial.enrol('lamp')
})

afterEach(() => trial.close())

const check = (etag?: string, as = device) =>
  trial.as(as, { url: '/device/v1/check', headers: etag === undefined ? {} : { 'if-none-match': etag } })

const fetchFrom =
  (repository: 'director' | 'image', as = device): FetchFile =>
  async (file) => {
    const url = `/device/v1/${repository}/${file}`
    const { statusCode, rawPayload } = await trial.as(as, { url })
    return statusCode === 200 ? rawPayload : undefined
  }

/** With the agent's own verifier, from the roots that a claim brings. */
const verify = async (state?: TrustState, as = device) => {
  const { imageRoot, directorRoot, bootKeysPem } = await trial.claim('lamp')
  const first = { director: { root: directorRoot, delegated: {} }, image: { root: imageRoot, delegated: {} } }
  return await verifyAssignment({
    state: state ?? first,
    fetchDirector: fetchFrom('director', as),
    fetchImage: fetchFrom('image', as),
    device: { id: as.id, product: 'lamp', hardwareId: 'lamp-1' },
    installed: { releaseCounter: 0, sha256: '0'.repeat(64) },
    floor: 0,
    bootKeysPem,
    nowMs: trial.clock.nowMs(),
    keep: async () => undefined,
  })
}

const versionOf = (text: string) => readMetadataText('timestamp', text).signed.version

test('a check-in brings the timestamp and says when to come again; nothing new is 304', async () => {
  const first = await check()
  expect(first.statusCode).toBe(200)
  expect(first.headers[POLL_HEADER]).toBe('1000')
  expect(versionOf(first.body)).toBe(1)
  const again = await check(String(first.headers['etag']))
  expect([again.statusCode, again.body, again.headers[POLL_HEADER]]).toEqual([304, '', '1000'])
})

test('with nothing assigned, the device verifies that, and why', async () => {
  await check()
  expect(await verify()).toMatchObject({ word: { deviceId: device.id, whyNot: 'offline' }, assignment: undefined })
})

test('an assigned release is verified by the code of the device itself', async () => {
  const release = await trial.release('lamp', '1.1.0')
  await trial.assign(device, release)
  await check()
  const { assignment, word } = await verify()
  expect(assignment).toMatchObject({ sha256: release.sha256, release: { version: '1.1.0' } })
  expect(word.whyNot).toBeUndefined()
})

test('an assignment changes the answer, and people see what the device is to run', async () => {
  const before = await check()
  const rolloutId = await trial.assign(device, await trial.release('lamp', '1.1.0'))
  const after = await check(String(before.headers['etag']))
  expect([after.statusCode, versionOf(after.body)]).toEqual([200, 2])
  const view = await trial.ask({ url: `/api/v1/devices/${device.id}` })
  expect(view.json().device).toMatchObject({ wanted: '1.1.0', rolloutId })
})

test('while nothing changes nothing is signed, until half of its time is over', async () => {
  const first = await check()
  await trial.clock.advance(12 * HOUR_MS)
  expect((await check()).body).toBe(first.body)
  await trial.clock.advance(1)
  const renewed = await check(String(first.headers['etag']))
  expect([renewed.statusCode, versionOf(renewed.body)]).toEqual([200, 2])
  const { director } = (await verify()).state
  expect(readMetadataText('targets', director.targets ?? '').signed.version).toBe(2)
})

test('a device that kept what it verified goes on from there (TUF §5.4)', async () => {
  await check()
  const { state } = await verify()
  await trial.assign(device, await trial.release('lamp', '1.1.0'))
  await check()
  expect((await verify(state)).assignment?.release.version).toBe('1.1.0')
})

test('devices that ask at the same moment each get one version', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => check()))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
})

test('attack 20 replay: the word for one device is no word for another', async () => {
  const other = await trial.enrol('lamp')
  await check()
  await check(undefined, other)
  const texts = async (as: TrialDevice) => (await fetchFrom('director', as)('1.targets.json', 0))?.toString() ?? ''
  expect(readMetadataText('targets', await texts(other)).signed['x-sealift']?.deviceId).toBe(other.id)
  expect(readMetadataText('targets', await texts(device)).signed['x-sealift']?.deviceId).toBe(device.id)
  const { imageRoot, directorRoot, bootKeysPem } = await trial.claim('lamp')
  const replayed = verifyAssignment({
    state: { director: { root: directorRoot, delegated: {} }, image: { root: imageRoot, delegated: {} } },
    fetchDirector: fetchFrom('director', other),
    fetchImage: fetchFrom('image'),
    device: { id: device.id, product: 'lamp', hardwareId: 'lamp-1' },
    installed: { releaseCounter: 0, sha256: '' },
    floor: 0,
    bootKeysPem,
    nowMs: NOW_MS,
    keep: async () => undefined,
  })
  await expect(replayed).rejects.toMatchObject({ code: 'verify.other-device' })
})

test('attack 34 IDOR: a device sees the roles of its own product and no others', async () => {
  await trial.addProduct('kettle')
  const status = async (file: string) => (await trial.as(device, { url: `/device/v1/image/${file}` })).statusCode
  expect(await status('1.product%2Flamp.json')).toBe(200)
  expect(await status('1.product%2Fkettle.json')).toBe(404)
  expect(await status('timestamp.json')).toBe(200)
  expect(await status('1.root.json')).toBe(200)
})

test.each([
  '2.root.json',
  '9.targets.json',
  '1.product%2Flamp.json',
  'targets.json',
  '..%2fserver.json',
  '1.root.json%00',
])('no such director file: %s', async (file) => {
  await check()
  const response = await trial.as(device, { url: `/device/v1/director/${file}` })
  expect(response.json()).toMatchObject({ status: 404, code: 'deliver.not-yours' })
})
