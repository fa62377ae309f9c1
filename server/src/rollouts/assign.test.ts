// One table of devices and rollouts, with the answer that each device gets.

import type { DeviceOutcome, RolloutState, Support, WhyNot } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AssignableDevice, type AssignableRelease, assign, type Candidate } from './assign.ts'

const NOW_MS = Date.parse('2026-06-01T00:00:00Z')

const support: Support = {
  general_availability: '2025-01-01T00:00:00Z',
  end_of_sales: 'tba',
  end_of_security_support: '2030-01-01T00:00:00Z',
  end_of_life: 'tba',
  last_updated: '2025-01-01T00:00:00Z',
}

const device: AssignableDevice = {
  id: 'device-1',
  hardwareId: 'lamp-1',
  status: 'enrolled',
  runs: { version: '1.0.0', releaseCounter: 1, securityCounter: 1 },
}

const releaseOf = (major: number, more: Partial<AssignableRelease> = {}): AssignableRelease => ({
  version: `${major}.0.0`,
  releaseCounter: major,
  securityCounter: 1,
  hardwareIds: ['lamp-1'],
  ...more,
})

const rolloutOf = (major: number, more: Partial<Candidate<AssignableRelease>> = {}): Candidate<AssignableRelease> => ({
  rolloutId: `r-${major}`,
  state: 'running',
  threshold: 1,
  attempt: 0,
  createdAtMs: major,
  release: releaseOf(major),
  standing: undefined,
  ...more,
})

const inState = (state: Candidate<AssignableRelease>['state']) => rolloutOf(2, { state })
const at = (outcome: DeviceOutcome, attempt = 0, faultCode: string | null = null) => ({ outcome, attempt, faultCode })
const standing = (outcome: DeviceOutcome, faultCode: string | null = null) =>
  rolloutOf(2, { standing: at(outcome, 0, faultCode) })

type Given = {
  device?: Partial<AssignableDevice>
  support?: Partial<Support>
  rollouts: Candidate<AssignableRelease>[]
}
const running = (major: number, securityCounter = 1) => ({
  runs: { version: `${major}.0.0`, releaseCounter: major, securityCounter },
})

const offers: [story: string, given: Given, version: string, attempt: number][] = [
  ['a newer release', { rollouts: [rolloutOf(2)] }, '2.0.0', 0],
  ['the newest of several', { rollouts: [rolloutOf(2), rolloutOf(4), rolloutOf(3)] }, '4.0.0', 0],
  ['a finished rollout goes on for late devices', { rollouts: [inState('finished')] }, '2.0.0', 0],
  ['already offered', { rollouts: [standing('offered')] }, '2.0.0', 0],
  ['already installing', { rollouts: [standing('installing')] }, '2.0.0', 0],
  ['its owner has not answered: the offer stands', { rollouts: [standing('awaiting-owner')] }, '2.0.0', 0],
  ['its owner refused, and may think again', { rollouts: [standing('refused-by-owner')] }, '2.0.0', 0],
  ['silent: the offer stands', { rollouts: [standing('silent')] }, '2.0.0', 0],
  ['failed, to be tried again', { rollouts: [rolloutOf(2, { attempt: 3, standing: at('failed', 2) })] }, '2.0.0', 3],
  ['silent, to be tried again', { rollouts: [rolloutOf(2, { attempt: 1, standing: at('silent') })] }, '2.0.0', 1],
  [
    'under way: a second try is not for it',
    { rollouts: [rolloutOf(2, { attempt: 1, standing: at('installing') })] },
    '2.0.0',
    0,
  ],
  [
    'the wave of the newest is not reached, an older one is',
    { rollouts: [rolloutOf(2), rolloutOf(3, { threshold: 0 })] },
    '2.0.0',
    0,
  ],
  [
    'it failed on the newest, an older one is news',
    { rollouts: [rolloutOf(2), rolloutOf(3, { standing: at('failed') })] },
    '2.0.0',
    0,
  ],
  [
    'its owner refused the newest',
    { rollouts: [rolloutOf(2), rolloutOf(3, { standing: at('refused-by-owner') })] },
    '2.0.0',
    0,
  ],
  [
    'aborted, and begun anew',
    { rollouts: [inState('aborted'), rolloutOf(2, { rolloutId: 'r-2b', attempt: 1 })] },
    '2.0.0',
    1,
  ],
  [
    'a higher security counter',
    { rollouts: [rolloutOf(2, { release: releaseOf(2, { securityCounter: 2 }) })] },
    '2.0.0',
    0,
  ],
  [
    'it runs what was never published here, and older',
    { device: { runs: { version: '0.9.0', releaseCounter: undefined, securityCounter: 0 } }, rollouts: [rolloutOf(2)] },
    '2.0.0',
    0,
  ],
]

test.each(offers)('offers: %s', (_story, given, version, attempt) => {
  expect(answer(given)).toMatchObject({ release: { version }, attempt })
})

const refusals: [story: string, given: Given, whyNot: WhyNot][] = [
  ['no rollout at all', { rollouts: [] }, 'no_match'],
  ['only rollouts of older releases', { device: running(3), rollouts: [rolloutOf(2)] }, 'no_match'],
  ['it runs the newest', { device: running(2), rollouts: [rolloutOf(2)] }, 'up_to_date'],
  [
    'it runs the newest, whose rollout was stopped',
    { device: running(2), rollouts: [inState('stopped')] },
    'up_to_date',
  ],
  ['it runs the newest of several', { device: running(3), rollouts: [rolloutOf(2), rolloutOf(3)] }, 'up_to_date'],
  ['its wave has not begun', { rollouts: [rolloutOf(2, { threshold: 0 })] }, 'wave_not_reached'],
  ['paused', { rollouts: [inState('paused')] }, 'paused'],
  ['paused while it installs', { rollouts: [rolloutOf(2, { state: 'paused', standing: at('installing') })] }, 'paused'],
  ['stopped', { rollouts: [inState('stopped')] }, 'stopped'],
  ['aborted', { rollouts: [inState('aborted')] }, 'aborted'],
  ['it failed', { rollouts: [standing('failed')] }, 'held_back'],
  ['it fell back', { rollouts: [standing('fell-back')] }, 'held_back'],
  ['it refused a signature', { rollouts: [standing('failed', 'verify.threshold')] }, 'signature_failed'],
  ['it refused something else', { rollouts: [standing('failed', 'verify.hardware')] }, 'held_back'],
  ['other hardware', { device: { hardwareId: 'lamp-2' }, rollouts: [rolloutOf(2)] }, 'unsupported'],
  ['below its security counter', { device: running(1, 2), rollouts: [rolloutOf(2)] }, 'floor_version'],
  ['it never said what it runs', { device: { runs: undefined }, rollouts: [rolloutOf(2)] }, 'offline'],
  ['revoked', { device: { status: 'retired' }, rollouts: [rolloutOf(2)] }, 'retired'],
  ['quarantined', { device: { status: 'quarantined' }, rollouts: [rolloutOf(2)] }, 'retired'],
  [
    'security support has ended',
    { support: { end_of_security_support: '2026-01-01T00:00:00Z' }, rollouts: [rolloutOf(2)] },
    'past_support',
  ],
  ['life has ended', { support: { end_of_life: '2026-01-01T00:00:00Z' }, rollouts: [] }, 'past_support'],
  [
    'of two reasons, the one that passes',
    { rollouts: [rolloutOf(2, { standing: at('failed') }), rolloutOf(3, { threshold: 0 })] },
    'wave_not_reached',
  ],
  [
    'of two reasons, the one that a person can change',
    { rollouts: [standing('fell-back'), rolloutOf(3, { state: 'aborted' })] },
    'held_back',
  ],
]

test.each(refusals)('nothing: %s', (_story, given, whyNot) => {
  expect(answer(given)).toMatchObject({ whyNot })
})

test('a refusal says which release it is about, the newest that has this reason', () => {
  const given = {
    rollouts: [
      rolloutOf(2, { state: 'paused' }),
      rolloutOf(4, { state: 'aborted' }),
      rolloutOf(3, { state: 'paused' }),
    ],
  }
  expect(answer(given)).toMatchObject({ whyNot: 'paused', about: { release: { version: '3.0.0' }, rolloutId: 'r-3' } })
  expect(answer({ rollouts: [] })).toEqual({ whyNot: 'no_match' })
})

const aCandidate: fc.Arbitrary<Candidate<AssignableRelease>> = fc
  .record({
    major: fc.integer({ min: 1, max: 6 }),
    state: fc.constantFrom<Exclude<RolloutState, 'planned'>>('running', 'paused', 'stopped', 'aborted', 'finished'),
    threshold: fc.constantFrom(0, 0.25, 0.5, 1),
    attempt: fc.nat(2),
    securityCounter: fc.nat(3),
    hardwareId: fc.constantFrom('lamp-1', 'lamp-2'),
    standing: fc.option(
      fc.record({
        outcome: fc.constantFrom<DeviceOutcome>('offered', 'failed', 'fell-back', 'silent', 'refused-by-owner'),
        attempt: fc.nat(2),
        faultCode: fc.constant(null),
      }),
      { nil: undefined },
    ),
  })
  .map(({ major, securityCounter, hardwareId, ...rest }) =>
    rolloutOf(major, { ...rest, release: releaseOf(major, { securityCounter, hardwareIds: [hardwareId] }) }),
  )

test('what is offered is newer, fits, is not below the security counter, and comes from a live rollout', () => {
  fc.assert(
    fc.property(fc.array(aCandidate), fc.integer({ min: 1, max: 4 }), fc.nat(3), (rollouts, major, securityCounter) => {
      const given = answer({ device: running(major, securityCounter), rollouts })
      if (!('release' in given)) return
      expect(given.release.releaseCounter).toBeGreaterThan(major)
      expect(given.release.securityCounter).toBeGreaterThanOrEqual(securityCounter)
      expect(given.release.hardwareIds).toContain('lamp-1')
      const from = rollouts.find((rollout) => rollout.release === given.release)
      expect(['running', 'finished']).toContain(from?.state)
    }),
  )
})

test('the order of the rows does not matter', () => {
  fc.assert(
    fc.property(fc.uniqueArray(aCandidate, { selector: ({ release }) => release.releaseCounter }), (rollouts) => {
      expect(answer({ rollouts: rollouts.toReversed() })).toEqual(answer({ rollouts }))
    }),
  )
})

function answer(given: Given) {
  return assign({ ...device, ...given.device }, { support: { ...support, ...given.support } }, given.rollouts, NOW_MS)
}
