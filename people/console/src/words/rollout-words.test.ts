// Why a rollout stopped, as an operator reads it.

import { DEFAULT_STOP_RULE, DEFAULT_WAVES, type StopReason } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { stopReasonText, stopRuleLines, waveDevicesText, wavesText } from './rollout-words.ts'

const reasons: [rule: StopReason['rule'], seen: number, words: string][] = [
  ['failed', 3.21, '3.21 % of the devices that came to an end failed. The rule allows 2 %.'],
  ['rolled-back', 100, '100 % of the devices that came to an end fell back to their old version. The rule allows 2 %.'],
  [
    'silent',
    4,
    '4 % of the devices that came to an end went to boot and were not heard of again. The rule allows 2 %.',
  ],
  ['signature', 1, '1 device could not verify the release. The rule allows none.'],
]

test.each(reasons)('stopped by %s', (rule, seen, words) => {
  expect(stopReasonText({ rule, seen, limit: 2, atMs: 0 })).toBe(words.replaceAll(' %', '\u00a0%'))
})

test('the default waves in one line', () => {
  expect(wavesText(DEFAULT_WAVES)).toBe('10 devices → 1\u00a0% → 5\u00a0% → 25\u00a0% → 50\u00a0% → 100\u00a0%')
})

test('a rule that does not watch signatures says so', () => {
  expect(stopRuleLines({ ...DEFAULT_STOP_RULE, signatureFailure: false })).toContainEqual([
    'Refused a signature',
    'not watched',
  ])
})

test.each([
  ['a wave by number', { devices: 10 }, '10 devices'],
  ['never more than there are', { devices: 100 }, '48 devices'],
  ['a share, rounded up', { percent: 1 }, 'about 1 device'],
  ['everybody', { percent: 100 }, '48 devices'],
])('%s', (_story, size, words) => {
  expect(waveDevicesText(size, 48)).toBe(words)
})
