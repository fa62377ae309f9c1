// Bad releases against ten thousand devices: how many are harmed before the rules stop them. Testing.md R19, in small.

import { DEFAULT_STOP_RULE, type RolloutView, type Wave } from '@sealift/protocol'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { advance, type Standing, type Watched } from './advance.ts'
import { bucketOf } from './membership.ts'
import { worstCaseOf } from './preview.ts'
import { thresholdsOf } from './reach.ts'
import { previewRollout } from './rollouts.ts'
import { endsOf } from './stop-rule.ts'
import { type Fate, POLL_MS, PRODUCT, TrialFleet } from './trial-fleet.ts'

const DEVICES = 10_000
const HOLD_MS = 60_000

let fleet: TrialFleet | undefined

afterEach(async () => {
  await fleet?.close()
  fleet = undefined
})

const waves: Wave[] = [
  { name: 'lab', size: { devices: 10 }, holdMs: HOLD_MS },
  { name: '1 %', size: { percent: 1 }, holdMs: HOLD_MS },
  { name: 'all', size: { percent: 100 }, holdMs: HOLD_MS },
]

test('on the real store, 10,000 devices ask and the release is bad: only the worst case of the preview is harmed', async () => {
  const { harmed, worstCase, rollout } = await rollOut('fell-back')
  expect(worstCase).toBe(10)
  expect(harmed).toBeLessThanOrEqual(worstCase)
  expect(harmed).toBeGreaterThan(0)
  expect(rollout).toMatchObject({ state: 'stopped', stopReason: { rule: 'rolled-back' } })
  expect(rollout.counts.offered).toBe(harmed)
}, 60_000)

// Everybody asks at each poll, and takes what is offered at once.
async function rollOut(fate: Fate): Promise<{ harmed: number; worstCase: number; rollout: RolloutView }> {
  fleet = await TrialFleet.open(DEVICES)
  await fleet.release('2.0.0')
  const plan = { version: '2.0.0', waves }
  const { worstCase } = await previewRollout(fleet.house, { product: PRODUCT, ...plan })
  const planned = await fleet.plan(plan)
  await fleet.act(planned, 'start')
  const harmed = new Set<string>()
  for (let poll = 0; poll < 3; poll++) {
    for (const device of await fleet.offered()) {
      harmed.add(device.id)
      await fleet.update(device, fate)
    }
    await fleet.pass(POLL_MS)
  }
  return { harmed: harmed.size, worstCase, rollout: await fleet.view(planned) }
}

// From here on the same decisions without the store, so that many fleets and many kinds of bad can be tried.

type Bad = { readonly seed: number; readonly failPercent: number; readonly kind: 'fellBack' | 'failed' | 'silent' }

const aBad = (failPercentMin: number): fc.Arbitrary<Bad> =>
  fc.record({
    seed: fc.nat(),
    failPercent: fc.integer({ min: failPercentMin, max: 100 }),
    kind: fc.constantFrom('fellBack', 'failed', 'silent'),
  })

const someWaves = fc.array(
  fc.oneof(
    fc.record({ devices: fc.integer({ min: 1, max: 500 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  ),
  { minLength: 1, maxLength: 6 },
)

test('a release that fails everywhere never harms more than the worst case, whatever the waves', () => {
  fc.assert(
    fc.property(aBad(100), someWaves, fc.integer({ min: 1, max: 3000 }), (bad, sizes, devices) => {
      const { harmed, worstCase, stopped } = simulate(bad, sizes, devices)
      expect(harmed).toBeLessThanOrEqual(worstCase)
      // Small waves of a small fleet may reach nobody.
      expect(stopped).toBe(worstCase > 0)
    }),
    { numRuns: 60 },
  )
})

test('a release that fails on some devices is stopped before it has reached the fleet by the default waves', () => {
  fc.assert(
    fc.property(aBad(10), (bad) => {
      const { harmed, stopped } = simulate(
        bad,
        [{ devices: 10 }, { percent: 1 }, { percent: 5 }, { percent: 100 }],
        DEVICES,
      )
      expect(stopped).toBe(true)
      expect(harmed).toBeLessThanOrEqual(100)
    }),
    { numRuns: 30 },
  )
})

// Within a wave the devices come to their end one after the other, and the rules are asked after each.
function simulate(bad: Bad, sizes: readonly Wave['size'][], devices: number) {
  const rolloutId = `r-${bad.seed}`
  const fleetOf = Array.from({ length: devices }, (_, i) => `device-${i}`)
  const bucket = new Map(fleetOf.map((id) => [id, bucketOf(rolloutId, id)]))
  const all = Float64Array.from(bucket.values()).sort()
  const thresholds = thresholdsOf(sizes, { all, due: all })
  const standing = {
    underWay: 0,
    confirmedEver: 0,
    confirmed: 0,
    fellBack: 0,
    failed: 0,
    silent: 0,
    signatureFailures: 0,
  }
  const taken = new Set<string>()
  let rollout: Watched = {
    state: 'running',
    waves: sizes.map((size) => ({ name: 'wave', size, holdMs: 0 })),
    wave: 0,
    waveStartedAtMs: 0,
    stopRule: DEFAULT_STOP_RULE,
    due: 0,
  }
  for (;;) {
    const threshold = thresholds[rollout.wave] ?? 1
    // All members take it before the first of them is at its end.
    const members = fleetOf.filter((id) => (bucket.get(id) ?? 1) < threshold && !taken.has(id))
    rollout = { ...rollout, due: members.length + taken.size }
    standing.underWay = members.length
    for (const id of members) taken.add(id)
    for (const id of members) {
      const fails = bucketOf(`fate-${bad.seed}`, id) * 100 < bad.failPercent
      endOne(standing, fails ? bad.kind : 'confirmed')
      const step = advance(rollout, standing, { nowMs: 1, listeningSinceMs: 0, askedWithinMs: 0 })
      if (step.do === 'stop') return result(true)
    }
    const step = advance(rollout, standing, { nowMs: 1, listeningSinceMs: 0, askedWithinMs: 0 })
    if (step.do !== 'next') return result(step.do === 'stop')
    rollout = { ...rollout, wave: step.wave }
  }

  function result(stopped: boolean) {
    const harmed = endsOf(standing) - standing.confirmed + Math.ceil((standing.underWay * bad.failPercent) / 100)
    return { stopped, harmed, worstCase: worstCaseOf(thresholds, { all, due: all }) }
  }
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

function endOne(standing: Mutable<Standing>, end: Bad['kind'] | 'confirmed'): void {
  standing.underWay--
  standing[end]++
  if (end === 'confirmed') standing.confirmedEver++
}
