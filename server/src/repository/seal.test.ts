// Snapshot and timestamp are renewed well before they end, so that no device meets an expired one.

import { type FetchFile, type Role, readMetadataText, refreshRepository } from '@sealift/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renewMetadata } from '../ticks.ts'
import { TrialHouse } from '../trial/trial-house.ts'
import { keptFile } from './image-files.ts'

const HOUR_MS = 3_600_000

let trial: TrialHouse

beforeEach(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
})

afterEach(() => trial.close())

const versionOf = async (role: Role) => (await keptFile(trial.house.store, role, undefined))?.version

const fetch: FetchFile = async (file) => {
  const { statusCode, rawPayload } = await trial.people.inject({ url: `/repository/${file}` })
  return statusCode === 200 ? rawPayload : undefined
}

test('nothing is signed before half of the time is over', async () => {
  const before = [await versionOf('snapshot'), await versionOf('timestamp')]
  await trial.clock.advance(12 * HOUR_MS)
  await renewMetadata(trial.house)
  expect([await versionOf('snapshot'), await versionOf('timestamp')]).toEqual(before)
})

test('after half a day the timestamp is renewed, the snapshot stays', async () => {
  await trial.clock.advance(12 * HOUR_MS + 1000)
  await renewMetadata(trial.house)
  expect([await versionOf('snapshot'), await versionOf('timestamp')]).toEqual([2, 3])
})

test('a client that looks once an hour for two months never meets an expired repository', async () => {
  let texts = { root: (await keptFile(trial.house.store, 'root', 1))?.text ?? '', delegated: {} }
  for (let hour = 0; hour < 60 * 24; hour += 6) {
    await trial.clock.advance(6 * HOUR_MS)
    await renewMetadata(trial.house)
    ;({ texts } = await refreshRepository(texts, fetch, trial.clock.nowMs()))
  }
  expect(readMetadataText('snapshot', (texts as { snapshot?: string }).snapshot ?? '').signed.version).toBeGreaterThan(
    15,
  )
}, 60_000)

test('a server that slept for a month is fresh before it answers', async () => {
  await trial.clock.advance(30 * 24 * HOUR_MS)
  await renewMetadata(trial.house)
  const root = (await keptFile(trial.house.store, 'root', 1))?.text ?? ''
  const repository = await refreshRepository({ root, delegated: {} }, fetch, trial.clock.nowMs())
  expect(repository.snapshot.version).toBe(3)
})
