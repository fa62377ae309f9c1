import { expect, test } from 'vitest'
import { judgeExpiry, renewalOf } from './expiry.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 2, 1)

test.each([
  ['new metadata', 91, 1, 'ok'],
  ['a quarter of its life left', 23, 0.25, 'ok'],
  ['less than a quarter of its life left', 22, 0.24, 'warn'],
  ['an authority with two years left of ten', 730, 0.2, 'ok'],
  ['an authority with three months less a day left', 89, 0.024, 'warn'],
  ['the last second', 1 / 86_400, 0.00001, 'warn'],
  ['over', 0, 0, 'fail'],
  ['long over', -10, -0.1, 'fail'],
])('%s: %d days, %d of its life: %s', (_story, days, leftFraction, verdict) => {
  const expiry = { what: 'image targets', expiresAtMs: NOW_MS + days * DAY_MS, leftFraction }
  const finding = judgeExpiry(expiry, NOW_MS, 'renew it')
  expect(finding.verdict).toBe(verdict)
  expect(finding.next).toBe(verdict === 'ok' ? undefined : 'renew it')
})

test('says how each is renewed', () => {
  expect(renewalOf('product/bulb')).toContain('sealift release sign bulb VERSION')
  expect(renewalOf('image targets')).not.toBe(renewalOf('server certificate'))
})
