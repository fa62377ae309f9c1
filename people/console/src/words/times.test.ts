// Spans at the borders of their units.

import { expect, test } from 'vitest'
import { agoText, longSpanText, spanText } from './times.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [4_000, '4 s'],
  [60_000, '1 min'],
  [61_000, '1 min 1 s'],
  [DAY_MS - 1, '23 h 59 min'],
  [DAY_MS, '1 d'],
  [DAY_MS + 2 * HOUR_MS, '1 d 2 h'],
])('%i ms lasts %s', (durationMs, text) => {
  expect(spanText(durationMs)).toBe(text)
})

test.each([
  [0, 'just now'],
  [4_999, 'just now'],
  [5_000, '5 s ago'],
  [3 * DAY_MS, '3 d ago'],
  [-2 * HOUR_MS, 'in 2 h'],
])('%i ms back is %s', (agoMs, text) => {
  expect(agoText(1e12 - agoMs, 1e12)).toBe(text)
})

test.each([
  [366 * DAY_MS, '1 year'],
  [3 * 366 * DAY_MS, '3 years'],
  [45 * DAY_MS, '1 month'],
  [2 * DAY_MS, '2 days'],
])('%i ms written out is %s', (durationMs, text) => {
  expect(longSpanText(durationMs)).toBe(text)
})
