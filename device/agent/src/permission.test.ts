// The owner's word, by class of release.

import type { Consent, ReleaseClass } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissionOf } from './permission.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const OFFERED_MS = 1_000 * DAY_MS

const word = (decision: Consent['decision'], untilMs?: number, version = '2.0.0'): Consent => ({
  format: 'sealift-consent-1',
  version,
  decision,
  atMs: OFFERED_MS + HOUR_MS,
  ...(untilMs !== undefined && { untilMs }),
})

const later = (untilMs: number) => ({ word: 'deferred', untilMs })
const in1h = OFFERED_MS + HOUR_MS
const in72h = OFFERED_MS + 72 * HOUR_MS
const in14d = OFFERED_MS + 14 * DAY_MS
const in99d = OFFERED_MS + 99 * DAY_MS

const cases: [story: string, releaseClass: ReleaseClass, consent: Consent | undefined, nowMs: number, want: object][] =
  [
    ['critical: nobody is asked', 'critical', undefined, in1h, { word: 'go' }],
    ['security: nobody is asked', 'security', undefined, in1h, { word: 'go' }],
    ['feature: the owner is asked', 'feature', undefined, in1h, { word: 'ask' }],
    ['behaviour: the owner is asked', 'behaviour', undefined, in1h, { word: 'ask' }],
    ['a word about another version is no word', 'feature', word('approve', undefined, '1.9.0'), in1h, { word: 'ask' }],
    ['approved', 'behaviour', word('approve'), in1h, { word: 'go' }],
    ['refused', 'behaviour', word('refuse'), in99d, { word: 'refused' }],
    ['a feature may be deferred as long as one likes', 'feature', word('defer', in99d), in99d - 1, later(in99d)],
    ['then its owner is asked again', 'feature', word('defer', in99d), in99d, { word: 'ask' }],
    ['without a date for a day', 'feature', word('defer'), in1h + DAY_MS - 1, later(in1h + DAY_MS)],
    ['and not longer', 'feature', word('defer'), in1h + DAY_MS, { word: 'ask' }],
    ['critical: 72 hours at most', 'critical', word('defer', in99d), in72h - 1, later(in72h)],
    ['critical: then it goes on by itself', 'critical', word('defer', in99d), in72h, { word: 'go' }],
    ['security: 14 days at most', 'security', word('defer', in99d), in14d - 1, later(in14d)],
    ['security: then it goes on by itself', 'security', word('defer', in99d), in14d, { word: 'go' }],
    ['security: a shorter deferral is kept', 'security', word('defer', in72h), in72h, { word: 'go' }],
    ['security cannot be refused, only put off', 'security', word('refuse'), in1h, later(in14d)],
    ['security, refused and then approved', 'security', word('approve'), in1h, { word: 'go' }],
  ]

test.each(cases)('%s', (_story, releaseClass, consent, nowMs, want) => {
  expect(permissionOf({ class: releaseClass, version: '2.0.0' }, consent, OFFERED_MS, nowMs)).toEqual(want)
})

test('no word of the owner holds a security update back beyond the limit of its class', () => {
  const decisions = fc.constantFrom<Consent['decision']>('approve', 'defer', 'refuse')
  fc.assert(
    fc.property(decisions, fc.option(fc.maxSafeNat(), { nil: undefined }), (decision, untilMs) => {
      expect(
        permissionOf({ class: 'critical', version: '2.0.0' }, word(decision, untilMs), OFFERED_MS, in72h).word,
      ).toBe('go')
      expect(
        permissionOf({ class: 'security', version: '2.0.0' }, word(decision, untilMs), OFFERED_MS, in14d).word,
      ).toBe('go')
    }),
  )
})

test('no feature is installed without a yes', () => {
  const decisions = fc.constantFrom<Consent['decision']>('defer', 'refuse')
  fc.assert(
    fc.property(decisions, fc.maxSafeNat(), fc.maxSafeNat(), (decision, untilMs, nowMs) => {
      const permission = permissionOf({ class: 'feature', version: '2.0.0' }, word(decision, untilMs), 0, nowMs)
      expect(permission.word).not.toBe('go')
    }),
  )
})
