// Each rule at its limit and one beside it.

import { DEFAULT_STOP_RULE, type StopReason, type StopRule } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Ends, endsOf, judge } from './stop-rule.ts'

const none: Ends = { confirmed: 0, fellBack: 0, failed: 0, silent: 0, signatureFailures: 0 }
const strict: StopRule = { ...DEFAULT_STOP_RULE, failedPercent: 0, rolledBackPercent: 0, silentPercent: 0 }

const cases: [
  story: string,
  ends: Partial<Ends>,
  rule: StopRule,
  settled: boolean,
  fires: StopReason['rule'] | 'no',
][] = [
  ['nothing happened yet', {}, DEFAULT_STOP_RULE, false, 'no'],
  ['nothing happened, and nobody is under way', {}, DEFAULT_STOP_RULE, true, 'no'],
  ['nothing happened, under the strictest rule', {}, strict, true, 'no'],
  ['19 ended, all badly: too few to judge', { failed: 19 }, DEFAULT_STOP_RULE, false, 'no'],
  ['20 ended, all badly', { failed: 20 }, DEFAULT_STOP_RULE, false, 'failed'],
  ['a settled wave of one that failed', { failed: 1 }, DEFAULT_STOP_RULE, true, 'failed'],
  ['2 of 100 failed: at the limit, not beyond', { confirmed: 98, failed: 2 }, DEFAULT_STOP_RULE, false, 'no'],
  ['3 of 100 failed', { confirmed: 97, failed: 3 }, DEFAULT_STOP_RULE, false, 'failed'],
  ['1 of 100 fell back: at the limit', { confirmed: 99, fellBack: 1 }, DEFAULT_STOP_RULE, false, 'rolled-back'],
  ['1 of 101 fell back', { confirmed: 100, fellBack: 1 }, DEFAULT_STOP_RULE, false, 'no'],
  ['1 of 100 is silent: at the limit', { confirmed: 99, silent: 1 }, DEFAULT_STOP_RULE, false, 'silent'],
  ['1 of 101 is silent', { confirmed: 100, silent: 1 }, DEFAULT_STOP_RULE, false, 'no'],
  ['all is well', { confirmed: 1000 }, DEFAULT_STOP_RULE, true, 'no'],
  ['all is well, under the strictest rule', { confirmed: 1000 }, strict, true, 'no'],
  ['one fell back, under the strictest rule', { confirmed: 1000, fellBack: 1 }, strict, true, 'rolled-back'],
  [
    'a signature among very many',
    { confirmed: 1e6, failed: 1, signatureFailures: 1 },
    DEFAULT_STOP_RULE,
    false,
    'signature',
  ],
  ['a signature, first of all', { failed: 1, signatureFailures: 1 }, DEFAULT_STOP_RULE, false, 'signature'],
  [
    'a signature, which this rollout tolerates',
    { failed: 1, signatureFailures: 1 },
    { ...DEFAULT_STOP_RULE, signatureFailure: false },
    false,
    'no',
  ],
]

test.each(cases)('%s', (_story, ends, rule, settled, fires) => {
  expect(judge({ ...none, ...ends }, rule, settled, 7)?.rule ?? 'no').toBe(fires)
})

test('the reason says what was seen, the limit and when', () => {
  const ends = { ...none, confirmed: 20, fellBack: 1 }
  expect(judge(ends, DEFAULT_STOP_RULE, false, 7)).toEqual({ rule: 'rolled-back', seen: 4.76, limit: 1, atMs: 7 })
})

const someEnds: fc.Arbitrary<Ends> = fc
  .record({ confirmed: fc.nat(500), fellBack: fc.nat(50), failed: fc.nat(50), silent: fc.nat(50) })
  .map((ends) => ({ ...ends, signatureFailures: 0 }))

const someRule: fc.Arbitrary<StopRule> = fc.record({
  failedPercent: fc.nat(100),
  rolledBackPercent: fc.nat(100),
  silentPercent: fc.nat(100),
  devicesMin: fc.integer({ min: 1, max: 100 }),
  silentAfterMs: fc.constant(1000),
  signatureFailure: fc.boolean(),
})

test('more harm never calls off a stop', () => {
  fc.assert(
    fc.property(someEnds, someRule, fc.constantFrom('fellBack', 'failed', 'silent'), (ends, rule, harm) => {
      fc.pre(judge(ends, rule, true, 0)?.rule === (harm === 'fellBack' ? 'rolled-back' : harm))
      expect(judge({ ...ends, [harm]: ends[harm] + 1 }, rule, true, 0)).toBeDefined()
    }),
  )
})

test('what stops a wave under way stops it settled too', () => {
  fc.assert(
    fc.property(someEnds, someRule, (ends, rule) => {
      fc.pre(judge(ends, rule, false, 0) !== undefined)
      expect(judge(ends, rule, true, 0)).toEqual(judge(ends, rule, false, 0))
    }),
  )
})

test('a release that fails everywhere always stops, when all percentages are below one hundred', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom('fellBack', 'failed', 'silent'), (count, harm) => {
      const ends = { ...none, [harm]: count }
      expect(endsOf(ends)).toBe(count)
      expect(judge(ends, DEFAULT_STOP_RULE, true, 0)).toBeDefined()
    }),
  )
})
