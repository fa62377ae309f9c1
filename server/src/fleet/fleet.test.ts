// The fleet as people ask for it, over the routes: figures, pages, searches, one device, and why it runs what it runs.

import type { DevicePage, DeviceView } from '@sealift/protocol'
import { afterEach, expect, test } from 'vitest'
import { HARDWARE, POLL_MS, PRODUCT, TrialFleet } from '../rollouts/trial-fleet.ts'
import { jsonText } from '../store/json-text.ts'

const ALL = [{ name: 'all', size: { percent: 100 }, holdMs: 0 }]
const SILENT_MS = 3 * POLL_MS

let fleet: TrialFleet

afterEach(() => fleet.close())

async function get<T>(url: string): Promise<T> {
  const answer = await fleet.trial.ask({ method: 'GET', url })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

const devices = async (query: string) =>
  (await get<DevicePage>(`/api/v1/devices?${query}`)).devices.map(({ id }: DeviceView) => id)

test('the figures count each device under what it last said', async () => {
  fleet = await TrialFleet.open(6)
  await fleet.release('2.0.0')
  await fleet.act(await fleet.plan({ version: '2.0.0', waves: ALL }), 'start')
  const [well, ill, asking, , , retired] = fleet.devices
  if (!well || !ill || !asking || !retired) throw new Error('no devices')
  await fleet.update(well, 'well')
  await fleet.update(ill, 'fell-back')
  await fleet.tell(asking, 'awaiting-owner', { step: 'verify' })
  await fleet.trial.ask({ method: 'DELETE', url: `/api/v1/devices/${retired.id}` })
  expect(await get('/api/v1/fleet')).toEqual({
    devices: 5,
    silent: 0,
    pastSupport: 0,
    awaitingOwner: 1,
    faulty: 1,
    byVersion: [
      { product: PRODUCT, version: '1.0.0', devices: 4 },
      { product: PRODUCT, version: '2.0.0', devices: 1 },
    ],
    byStep: [
      { step: 'rest', devices: 4 },
      { step: 'verify', devices: 1 },
    ],
  })
  expect(await devices('show=awaiting-owner')).toEqual([asking.id])
  expect(await devices('show=faulty')).toEqual([ill.id])
})

test('silent is who was not heard of for three polls, and nobody while the server has not listened for so long', async () => {
  fleet = await TrialFleet.open(3)
  const [first] = fleet.devices
  await fleet.trial.clock.advance(SILENT_MS)
  expect(await get('/api/v1/fleet')).toMatchObject({ silent: 0 })
  await fleet.trial.clock.advance(1)
  fleet.house.seen.mark(first?.id ?? '', fleet.nowMs)
  expect(await get('/api/v1/fleet')).toMatchObject({ silent: 2 })
  expect(await devices('show=silent')).toEqual(fleet.devices.slice(1).map(({ id }) => id))
  expect(await get(`/api/v1/devices/${first?.id}`)).toMatchObject({ device: { lastSeenMs: fleet.nowMs, whyNot: null } })
  expect(await get(`/api/v1/devices/${fleet.devices[1]?.id}`)).toMatchObject({ device: { whyNot: 'offline' } })
})

test('devices of a product whose support has ended are counted, and get nothing more', async () => {
  fleet = await TrialFleet.open(2)
  await fleet.release('2.0.0')
  await fleet.act(await fleet.plan({ version: '2.0.0', waves: ALL }), 'start')
  const ended = {
    general_availability: '2020-01-01T00:00:00Z',
    end_of_sales: '2022-01-01T00:00:00Z',
    end_of_security_support: '2024-01-01T00:00:00Z',
    end_of_life: '2025-01-01T00:00:00Z',
    last_updated: '2024-01-01T00:00:00Z',
  }
  await fleet.house.store
    .updateTable('product')
    .set({ support: jsonText(ended) })
    .execute()
  expect(await get('/api/v1/fleet')).toMatchObject({ pastSupport: 2 })
  expect(await devices('show=past-support')).toHaveLength(2)
  expect(await fleet.offered()).toEqual([])
  expect(await get(`/api/v1/devices/${fleet.devices[0]?.id}/explanation`)).toMatchObject({ whyNot: 'past_support' })
})

test('pages run through all devices once, in the order of their ids', async () => {
  fleet = await TrialFleet.open(7)
  const seen: string[] = []
  let query: string | null = 'limit=3'
  while (query !== null) {
    const page: DevicePage = await get(`/api/v1/devices?${query}`)
    seen.push(...page.devices.map(({ id }) => id))
    query = page.nextAfter === null ? null : `limit=3&after=${page.nextAfter}`
  }
  expect(seen).toEqual(fleet.devices.map(({ id }) => id))
})

test('a search finds a part of an id, product, hardware or version, and takes no wildcard for more than it is', async () => {
  fleet = await TrialFleet.open(12)
  await fleet.enrol(1, '1.7.0')
  expect(await devices('search=0001')).toEqual(['lamp-00001', 'lamp-00010', 'lamp-00011', 'lamp-00012'])
  expect(await devices('search=1.7')).toEqual(['lamp-00012'])
  expect(await devices(`search=${HARDWARE}`)).toHaveLength(13)
  expect(await devices('search=%25')).toEqual([])
  expect(await devices('search=_')).toEqual([])
  expect(await devices('product=door')).toEqual([])
})

test('devices that a rollout has reached', async () => {
  fleet = await TrialFleet.open(10)
  await fleet.release('2.0.0')
  const waves = [{ name: 'lab', size: { devices: 2 }, holdMs: 0 }]
  const rollout = await fleet.plan({ version: '2.0.0', waves })
  await fleet.act(rollout, 'start')
  const offered = await fleet.offered()
  expect(await devices(`rollout=${rollout.id}`)).toEqual(offered.map(({ id }) => id))
})

test('a device has its timeline, newest first', async () => {
  fleet = await TrialFleet.open(1)
  await fleet.release('2.0.0')
  await fleet.act(await fleet.plan({ version: '2.0.0', waves: ALL }), 'start')
  const [device] = fleet.devices
  if (!device) throw new Error('no device')
  await fleet.update(device, 'fell-back')
  expect(await get(`/api/v1/devices/${device.id}`)).toMatchObject({
    device: { running: { version: '1.0.0' }, fault: { code: 'confirm.unhealthy' } },
    timeline: [
      { event: 'fell-back', version: '2.0.0', fault: { code: 'confirm.unhealthy' } },
      { event: 'booted', version: '2.0.0', fault: null },
      { event: 'installed', version: '2.0.0', fault: null },
    ],
  })
})

test('an explanation offers nothing, says what is the matter and what to do', async () => {
  fleet = await TrialFleet.open(1)
  await fleet.release('2.0.0')
  const rollout = await fleet.plan({ version: '2.0.0', waves: ALL })
  const url = `/api/v1/devices/${fleet.devices[0]?.id}/explanation`
  expect(await get(url)).toMatchObject({ whyNot: 'no_match' })
  await fleet.act(rollout, 'start')
  expect(await get(url)).toMatchObject({ whyNot: 'under_way', means: expect.stringMatching(/^2\.0\.0/) })
  expect((await fleet.view(rollout)).counts.offered).toBe(0)
  await fleet.act(rollout, 'pause')
  expect(await get(url)).toMatchObject({ whyNot: 'paused', next: expect.stringContaining(rollout.id) })
})

test('a retired device is refused from then on, once in the journal, and gone from the figures', async () => {
  fleet = await TrialFleet.open(2)
  const [device] = fleet.devices
  if (!device) throw new Error('no device')
  const check = () =>
    fleet.trial.as({ fingerprint: device.certificate_fingerprint }, { method: 'GET', url: '/device/v1/check' })
  const retire = () => fleet.trial.ask({ method: 'DELETE', url: `/api/v1/devices/${device.id}` })
  expect((await check()).statusCode).toBe(200)
  expect((await retire()).json()).toMatchObject({ status: 'retired', whyNot: 'retired' })
  expect((await retire()).statusCode).toBe(200)
  expect((await check()).statusCode).toBe(403)
  expect(await get('/api/v1/fleet')).toMatchObject({ devices: 1 })
  const lines = (await fleet.journal()).filter(({ action }) => action === 'device.retired')
  expect(lines).toMatchObject([{ subject: device.id, actor: { kind: 'token' } }])
})

test('what is not there is not found, and who is not signed in gets nothing', async () => {
  fleet = await TrialFleet.open(1)
  for (const path of ['/api/v1/devices/nobody', '/api/v1/devices/nobody/explanation']) {
    expect((await fleet.trial.ask({ method: 'GET', url: path })).statusCode).toBe(404)
  }
  expect((await fleet.trial.ask({ method: 'DELETE', url: '/api/v1/devices/nobody' })).statusCode).toBe(404)
  expect((await fleet.trial.ask({ method: 'GET', url: '/api/v1/devices?limit=0' })).statusCode).toBe(400)
  for (const path of [
    '/api/v1/fleet',
    '/api/v1/devices',
    '/api/v1/rollouts',
    '/api/v1/journal',
    '/api/v1/journal.ndjson',
  ]) {
    expect((await fleet.trial.people.inject({ method: 'GET', url: path })).statusCode, path).toBe(401)
  }
})
