// Figures before the start: exact for the fleet as it is.

import { DEFAULT_STOP_RULE, type Wave } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { previewOf, worstCaseOf } from './preview.ts'
import { countBelow, type Lots, thresholdsOf } from './reach.ts'

const wave = (size: Wave['size']): Wave => ({ name: 'wave', size, holdMs: 7 })
const spread = (count: number) => Float64Array.from({ length: count }, (_, i) => i / count)
const everybodyDue = (count: number): Lots => ({ all: spread(count), due: spread(count) })

const preview = (lots: Lots, ...sizes: Wave['size'][]) =>
  previewOf({
    product: 'lamp',
    version: '2.0.0',
    class: 'security',
    waves: sizes.map(wave),
    stopRule: DEFAULT_STOP_RULE,
    lots,
    firstWave: [],
  })

test('a wave counts all devices it reaches, not only those on top of the wave before', () => {
  const { waves, devices } = preview(everybodyDue(1000), { devices: 10 }, { percent: 5 }, { percent: 100 })
  expect(waves.map((each) => each.devices)).toEqual([10, 50, 1000])
  expect(devices).toBe(1000)
})

test('the worst case is the first wave, also when it is smaller than the minimum of the rules', () => {
  expect(preview(everybodyDue(1000), { devices: 10 }, { percent: 100 }).worstCase).toBe(10)
  expect(preview(everybodyDue(1000), { percent: 50 }, { percent: 100 }).worstCase).toBe(500)
  expect(preview(everybodyDue(1000), { percent: 100 }).worstCase).toBe(1000)
})

test('a first wave that reaches nobody harms nobody: the next one counts', () => {
  const one = Float64Array.of(0.5)
  expect(preview({ all: one, due: one }, { percent: 10 }, { percent: 100 }).worstCase).toBe(1)
  const lots = { all: spread(1000), due: spread(1000).slice(500) }
  expect(preview(lots, { percent: 10 }, { percent: 60 }, { percent: 100 }).worstCase).toBe(100)
})

test('with nobody to update nobody can be harmed', () => {
  expect(worstCaseOf([0.1, 1], { all: spread(10), due: new Float64Array() })).toBe(0)
  expect(preview({ all: new Float64Array(), due: new Float64Array() }, { devices: 10 }).devices).toBe(0)
})

test('features ask the owner, security updates do not', () => {
  const of = { product: 'lamp', version: '2.0.0', waves: [], stopRule: DEFAULT_STOP_RULE, firstWave: [] }
  const lots = everybodyDue(0)
  expect(previewOf({ ...of, lots, class: 'feature' }).needsOwner).toBe(true)
  expect(previewOf({ ...of, lots, class: 'critical' }).needsOwner).toBe(false)
})

const someBuckets = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 100 })
  .map((buckets) => Float64Array.from(buckets).sort())

test('counting below a threshold by halves is counting one by one', () => {
  fc.assert(
    fc.property(someBuckets, fc.double({ min: 0, max: 1, noNaN: true }), (buckets, threshold) => {
      expect(countBelow(threshold, buckets)).toBe(buckets.filter((bucket) => bucket < threshold).length)
    }),
  )
})

test('thresholds never shrink', () => {
  const aSize = fc.oneof(
    fc.record({ devices: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  )
  fc.assert(
    fc.property(someBuckets, fc.array(aSize), (all, sizes) => {
      const thresholds = thresholdsOf(sizes, { all, due: all })
      expect(thresholds).toEqual(thresholds.toSorted((have, want) => have - want))
    }),
  )
})
