// When a rollout goes on, and what holds it.

import { DEFAULT_STOP_RULE, type Wave } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Advance, advance, type Reading, type Standing, type Watched } from './advance.ts'

const HOLD_MS = 1000
const ASKED_WITHIN_MS = 100

const waves: Wave[] = [
  { name: 'lab', size: { devices: 10 }, holdMs: HOLD_MS },
  { name: 'all', size: { percent: 100 }, holdMs: HOLD_MS },
]

const rollout: Watched = {
  state: 'running',
  waves,
  wave: 0,
  waveStartedAtMs: 0,
  stopRule: DEFAULT_STOP_RULE,
  due: 10,
}
const well: Standing = {
  underWay: 0,
  confirmedEver: 10,
  confirmed: 10,
  fellBack: 0,
  failed: 0,
  silent: 0,
  signatureFailures: 0,
}
const reading: Reading = { nowMs: HOLD_MS, listeningSinceMs: 0, askedWithinMs: ASKED_WITHIN_MS }

type Do = Advance['do']
const cases: [
  story: string,
  rollout: Partial<Watched>,
  standing: Partial<Standing>,
  reading: Partial<Reading>,
  does: Do,
][] = [
  ['held long enough, all well', {}, {}, {}, 'next'],
  ['one millisecond before the hold is over', {}, {}, { nowMs: HOLD_MS - 1 }, 'stay'],
  ['one device is under way', {}, { underWay: 1 }, {}, 'stay'],
  ['everybody is well in the last wave', { wave: 1 }, {}, {}, 'finish'],
  ['one is under way in the last wave', { wave: 1 }, { underWay: 1 }, {}, 'stay'],
  ['nobody has come to an end: offline, or waiting for owners', {}, { confirmed: 0, confirmedEver: 0 }, {}, 'stay'],
  ['well before an operator had it go on, nothing since', {}, { confirmed: 0 }, {}, 'next'],
  ['the wave reaches nobody', { due: 0 }, { confirmed: 0, confirmedEver: 0 }, {}, 'next'],
  ['no hold, but the devices have not had the time to ask', { waves: noHold() }, {}, { nowMs: 99 }, 'stay'],
  ['no hold, and each device has asked', { waves: noHold() }, {}, { nowMs: 100 }, 'next'],
  ['just restarted: the devices have not had the time to ask', {}, {}, { listeningSinceMs: HOLD_MS - 99 }, 'stay'],
  ['a whole small wave fell back', {}, { confirmed: 0, fellBack: 10 }, {}, 'stop'],
  ['one of a small wave fell back, others are under way', {}, { fellBack: 1, underWay: 5 }, {}, 'stay'],
  ['one of a settled small wave fell back, long before its time', {}, { fellBack: 1 }, { nowMs: 100 }, 'stop'],
  ['20 ended, too many silent, others are under way', {}, { confirmed: 18, silent: 2, underWay: 50 }, {}, 'stop'],
  ['a signature failure at once', {}, { failed: 1, signatureFailures: 1, underWay: 9 }, { nowMs: 1 }, 'stop'],
  ['finished, a late device is under way', { state: 'finished', wave: 2 }, { underWay: 1 }, {}, 'stay'],
  ['finished, all well', { state: 'finished', wave: 2 }, {}, {}, 'stay'],
  ['finished, late devices fall back', { state: 'finished', wave: 2 }, { fellBack: 5 }, {}, 'stop'],
]

test.each(cases)('%s', (_story, ofRollout, ofStanding, ofReading, does) => {
  const result = advance({ ...rollout, ...ofRollout }, { ...well, ...ofStanding }, { ...reading, ...ofReading })
  expect(result.do).toBe(does)
})

test('names the wave that begins', () => {
  expect(advance(rollout, well, reading)).toEqual({ do: 'next', wave: 1 })
})

const someStanding: fc.Arbitrary<Standing> = fc
  .record({
    underWay: fc.nat(5),
    confirmed: fc.nat(30),
    fellBack: fc.nat(3),
    failed: fc.nat(3),
    silent: fc.nat(3),
    signature: fc.boolean(),
  })
  .map(({ signature, ...standing }) => ({
    ...standing,
    confirmedEver: standing.confirmed,
    signatureFailures: signature ? standing.failed : 0,
  }))

test('never goes on while one is under way, before the hold, without a device that is well, or in spite of its rule', () => {
  fc.assert(
    fc.property(someStanding, fc.nat(2 * HOLD_MS), fc.nat(2 * HOLD_MS), fc.nat(2), (standing, nowMs, sinceMs, due) => {
      const result = advance({ ...rollout, due }, standing, {
        nowMs,
        listeningSinceMs: sinceMs,
        askedWithinMs: ASKED_WITHIN_MS,
      })
      if (result.do !== 'next') return
      expect(standing.underWay).toBe(0)
      expect(standing.fellBack + standing.silent + standing.signatureFailures).toBe(0)
      expect(standing.confirmed > 0 || due === 0).toBe(true)
      expect(nowMs).toBeGreaterThanOrEqual(HOLD_MS)
      expect(nowMs - sinceMs).toBeGreaterThanOrEqual(ASKED_WITHIN_MS)
    }),
  )
})

test('a finished rollout never begins a wave again', () => {
  fc.assert(
    fc.property(someStanding, fc.nat(2 * HOLD_MS), (standing, nowMs) => {
      const finished = { ...rollout, state: 'finished', wave: waves.length } as const
      expect(['stay', 'stop']).toContain(advance(finished, standing, { ...reading, nowMs }).do)
    }),
  )
})

function noHold(): Wave[] {
  return waves.map((wave) => ({ ...wave, holdMs: 0 }))
}
