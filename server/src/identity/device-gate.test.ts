// The device listener opens for enrolled devices, and closes at once when one is retired or put in quarantine.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { FINGERPRINT_HEADER, type TrialDevice, TrialHouse } from '../trial/trial-house.ts'

let trial: TrialHouse
let device: TrialDevice

beforeAll(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
  device = await trial.enrol('lamp')
})

afterAll(() => trial.close())

const paths = ['/device/v1/check', '/device/v1/director/1.root.json', '/device/v1/image/1.root.json', '/nowhere']

test.each(paths)('no certificate: refused at %s', async (url) => {
  expect((await trial.device.inject({ url })).json()).toMatchObject({ status: 403, code: 'enrol.identity' })
})

test.each(paths)('the certificate of somebody else: refused at %s', async (url) => {
  const headers = { [FINGERPRINT_HEADER]: 'f'.repeat(64) }
  expect((await trial.device.inject({ url, headers })).json()).toMatchObject({ status: 403, code: 'enrol.identity' })
})

test.each(['quarantined', 'retired'] as const)('attack 31: a device that is %s is refused at once', async (status) => {
  expect((await trial.as(device, { url: '/device/v1/check' })).statusCode).toBe(200)
  await trial.house.store.updateTable('device').set({ status }).where('id', '=', device.id).execute()
  expect((await trial.as(device, { url: '/device/v1/check' })).json()).toMatchObject({
    status: 403,
    code: 'enrol.identity',
  })
  await trial.house.store.updateTable('device').set({ status: 'enrolled' }).execute()
})

test('whoever comes in was seen; the rest was not', async () => {
  await trial.house.seen.flush(trial.house.store)
  await trial.device.inject({ url: '/device/v1/check' })
  expect(trial.house.seen.sinceFlush(device.id)).toBeUndefined()
  await trial.as(device, { url: '/device/v1/check' })
  expect(trial.house.seen.sinceFlush(device.id)).toBe(trial.clock.nowMs())
  await trial.house.seen.flush(trial.house.store)
  const row = await trial.house.store.selectFrom('device_state').select('last_seen_ms').executeTakeFirst()
  expect(row).toEqual({ last_seen_ms: trial.clock.nowMs() })
})

test('what cannot be written down is kept for the next time', async () => {
  const { seen, store } = trial.house
  await trial.as(device, { url: '/device/v1/check' })
  const full = { transaction: () => ({ execute: () => Promise.reject(new Error('full')) }) } as unknown as typeof store
  await expect(seen.flush(full)).rejects.toThrow('full')
  expect(seen.sinceFlush(device.id)).toBe(trial.clock.nowMs())
})

test('the people listener knows nothing of device routes, nor the other way round', async () => {
  expect((await trial.people.inject({ url: '/device/v1/check' })).statusCode).toBe(404)
  expect((await trial.as(device, { url: '/api/v1/fleet' })).json()).toMatchObject({
    status: 404,
    code: 'deliver.not-yours',
  })
})
