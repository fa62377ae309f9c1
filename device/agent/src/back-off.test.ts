// Waits stay within their bounds, whatever the server asks for and however often it fails.

import { seededChance } from '@sealift/world/virtual'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedPollMs, failureWaitMs, firstWaitMs, pollWaitMs, startWaitMs } from './back-off.ts'
import { BACK_OFF_MS_MAX, JITTER, POLL_MS_MAX, POLL_MS_MIN, RETRY_AFTER_MS_MAX, START_MS_MAX } from './limits.ts'

const anyNumber = fc.double()
const anyChance = fc.maxSafeNat().map(seededChance)
const anyRetry = fc.constantFrom<'never' | 'later' | 'now'>('never', 'later', 'now')
const anyFailures = fc.integer({ min: 1, max: 1_000_000 })

test('a poll interval is within its limits, even when it is no number', () => {
  fc.assert(
    fc.property(anyNumber, (askedMs) => {
      expect(boundedPollMs(askedMs)).toBeGreaterThanOrEqual(POLL_MS_MIN)
      expect(boundedPollMs(askedMs)).toBeLessThanOrEqual(POLL_MS_MAX)
    }),
  )
})

test('a poll is never more than a fifth early or late', () => {
  fc.assert(
    fc.property(fc.integer({ min: POLL_MS_MIN, max: POLL_MS_MAX }), anyChance, (pollMs, chance) => {
      const waitMs = pollWaitMs(pollMs, chance)
      expect(Math.abs(waitMs - pollMs)).toBeLessThanOrEqual(pollMs * JITTER + 1)
    }),
  )
})

test('polls of a fleet spread over the whole of the jitter', () => {
  const chance = seededChance(1)
  const waits = Array.from({ length: 1000 }, () => pollWaitMs(100_000, chance))
  expect(Math.min(...waits)).toBeLessThan(81_000)
  expect(Math.max(...waits)).toBeGreaterThan(119_000)
})

test('the first check after a start waits no longer than a poll, and never more than half a minute', () => {
  fc.assert(
    fc.property(anyNumber, anyChance, (pollMs, chance) => {
      expect(startWaitMs(pollMs, chance)).toBeLessThanOrEqual(Math.min(boundedPollMs(pollMs), START_MS_MAX))
    }),
  )
})

test('the wait after a failure has a floor and a ceiling', () => {
  fc.assert(
    fc.property(anyFailures, anyRetry, anyNumber, anyChance, (failures, retry, pollMs, chance) => {
      const waitMs = failureWaitMs(failures, firstWaitMs(retry, pollMs), chance)
      expect(Number.isSafeInteger(waitMs)).toBe(true)
      expect(waitMs).toBeGreaterThanOrEqual(POLL_MS_MIN * (1 - JITTER))
      expect(waitMs).toBeLessThanOrEqual(BACK_OFF_MS_MAX * (1 + JITTER))
    }),
  )
})

test('it doubles with each failure until the ceiling', () => {
  const middle = { fraction: () => 0.5, bytes: () => new Uint8Array() }
  const waits = [1, 2, 3, 4, 20].map((failures) => failureWaitMs(failures, firstWaitMs('later', 1_800_000), middle))
  expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, BACK_OFF_MS_MAX])
})

test('a broken connection is tried again soon, and a device that polls fast tries again fast', () => {
  expect(firstWaitMs('now', 1_800_000)).toBe(1_000)
  expect(firstWaitMs('later', 500)).toBe(500)
})

test('the server may ask for more patience, not for less, and not for ever', () => {
  fc.assert(
    fc.property(anyFailures, fc.maxSafeNat(), fc.maxSafeNat(), (failures, retryAfterMs, seed) => {
      const plainMs = failureWaitMs(failures, 60_000, seededChance(seed))
      const askedMs = failureWaitMs(failures, 60_000, seededChance(seed), retryAfterMs)
      expect(askedMs).toBe(Math.max(plainMs, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX)))
    }),
  )
})
