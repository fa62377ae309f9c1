// Draws and thresholds: exact where a count is asked for, a fair share where a percentage is.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, isMember, thresholdOf } from './membership.ts'

const devices = (count: number) => Array.from({ length: count }, (_, i) => `device-${i}`)

const bucketsOf = (rolloutId: string, ids: readonly string[]) =>
  Float64Array.from(ids, (id) => bucketOf(rolloutId, id)).sort()

const membersOf = (threshold: number, rolloutId: string, ids: readonly string[]) =>
  ids.filter((id) => isMember(threshold, rolloutId, id))

const aSize = fc.oneof(
  fc.record({ devices: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
)

test('the draw is the one that other programs can repeat: six bytes of SHA-256', () => {
  // printf r-1/device-1 | sha256sum
  expect(bucketOf('r-1', 'device-1')).toBe(0x134373a3f318 / 2 ** 48)
})

test('a bucket lies in [0, 1) and is the same each time', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (rollout, device) => {
      const bucket = bucketOf(rollout, device)
      expect(bucket).toBeGreaterThanOrEqual(0)
      expect(bucket).toBeLessThan(1)
      expect(bucketOf(rollout, device)).toBe(bucket)
    }),
  )
})

test('a wave of n devices has exactly n, as long as there are so many', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 200 }),
      (rollout, n, count) => {
        const ids = devices(count)
        const threshold = thresholdOf({ devices: n }, bucketsOf(rollout, ids))
        expect(membersOf(threshold, rollout, ids)).toHaveLength(Math.min(n, count))
      },
    ),
    { numRuns: 50 },
  )
})

test('no wave gives up a member of the wave before, whatever sizes were written down', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(aSize, { minLength: 2, maxLength: 6 }), (rollout, sizes) => {
      const ids = devices(200)
      const buckets = bucketsOf(rollout, ids)
      let threshold = 0
      let before: string[] = []
      for (const size of sizes) {
        threshold = thresholdOf(size, buckets, threshold)
        const members = membersOf(threshold, rollout, ids)
        expect(members).toEqual(expect.arrayContaining(before))
        before = members
      }
    }),
    { numRuns: 50 },
  )
})

test.each([1, 5, 25, 50])('%i percent of 20,000 devices is that share, within four standard deviations', (percent) => {
  const count = 20_000
  const ids = devices(count)
  const share = percent / 100
  const tolerance = 4 * Math.sqrt(count * share * (1 - share))
  for (const rollout of ['r-1', 'r-2', 'r-3']) {
    const members = membersOf(thresholdOf({ percent }, []), rollout, ids).length
    expect(Math.abs(members - count * share)).toBeLessThan(tolerance)
  }
})

test('another rollout begins with other devices', () => {
  const ids = devices(10_000)
  const first = new Set(membersOf(0.05, 'r-1', ids))
  const both = membersOf(0.05, 'r-2', ids).filter((id) => first.has(id)).length
  expect(both).toBeGreaterThan(5)
  expect(both).toBeLessThan(60) // 25 expected when the draws are independent
})

test('one hundred percent is everybody, and before the first wave nobody is a member', () => {
  const ids = devices(100)
  expect(membersOf(thresholdOf({ percent: 100 }, []), 'r-1', ids)).toHaveLength(100)
  expect(membersOf(0, 'r-1', ids)).toHaveLength(0)
})

test('a wave with room for more devices than there are takes a newcomer too', () => {
  const threshold = thresholdOf({ devices: 10 }, bucketsOf('r-1', devices(9)))
  expect(membersOf(threshold, 'r-1', ['a-newcomer', 'another', 'a-third'])).toHaveLength(3)
})
