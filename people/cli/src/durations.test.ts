// Durations on the command line.

import { expect, test } from 'vitest'
import { parseDurationMs } from './durations.ts'
import { UsageError } from './usage-error.ts'

test.each([
  ['0s', 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['10m', 600_000],
  ['24h', 86_400_000],
  ['2d', 172_800_000],
  ['1h30m', 5_400_000],
])('%s is %d ms', (text, durationMs) => {
  expect(parseDurationMs(text)).toBe(durationMs)
})

test.each(['', '10', 'm', '10 m', '-5s', '1.5h', '10M', '5s ', '1e3s', '99999999999999999d'])(
  'refuses %o and says how to write it',
  (text) => {
    expect(() => parseDurationMs(text)).toThrow(UsageError)
  },
)
