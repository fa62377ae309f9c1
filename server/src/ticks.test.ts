// What the server does by itself goes on, whatever happens to one turn of it, and stops when it is told to.

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keptFile } from './repository/image-files.ts'
import { startTicks, type Ticks } from './ticks.ts'
import { TrialHouse } from './trial/trial-house.ts'

const HOUR_MS = 3_600_000

let trial: TrialHouse
let ticks: Ticks

beforeEach(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
  ticks = startTicks(trial.house)
})

afterEach(async () => {
  await ticks.stop()
  await trial.close()
})

const lastSeen = async () =>
  (await trial.house.store.selectFrom('device_state').select('last_seen_ms').executeTakeFirst())?.last_seen_ms

test('who was seen is written down within a second or two', async () => {
  const device = await trial.enrol('lamp')
  await trial.as(device, { url: '/device/v1/check' })
  expect(await lastSeen()).toBeNull()
  const atMs = trial.clock.nowMs()
  await trial.clock.advance(2_000)
  expect(await lastSeen()).toBe(atMs)
})

test('metadata is renewed long before it ends', async () => {
  for (let hour = 0; hour < 30; hour++) await trial.clock.advance(HOUR_MS)
  const timestamp = await keptFile(trial.house.store, 'timestamp', undefined)
  expect(timestamp?.version).toBe(4)
}, 60_000)

test('a turn that fails is logged, and the next one works', async () => {
  await sql`alter table device_state rename to lost`.execute(trial.house.store)
  trial.house.seen.mark('lamp-1', 1)
  await trial.clock.advance(1_000)
  await expect.poll(() => trial.logged.join()).toContain('could not do what comes by itself')
  await sql`alter table lost rename to device_state`.execute(trial.house.store)
  const device = await trial.enrol('lamp')
  await trial.as(device, { url: '/device/v1/check' })
  await trial.clock.advance(2_000)
  await expect.poll(lastSeen).not.toBeNull()
})

test('when it stops, what is in memory is written down, and nothing more happens', async () => {
  const device = await trial.enrol('lamp')
  await trial.as(device, { url: '/device/v1/check' })
  await ticks.stop()
  expect(await lastSeen()).toBe(trial.clock.nowMs())
  await trial.clock.advance(48 * HOUR_MS)
  expect((await keptFile(trial.house.store, 'timestamp', undefined))?.version).toBe(2)
})
