// Figures as people read them, at the edges of their units.

import { expect, test } from 'vitest'
import { away, bytes, duration, moment, percent } from './quantities.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1024 KiB'],
  [1_048_576, '1.0 MiB'],
  [157_286_400, '150 MiB'],
  [4 * 2 ** 30, '4.0 GiB'],
])('%d bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text)
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [90_061_000, '1 d 1 h'],
])('%d ms are %s', (durationMs, text) => {
  expect(duration(durationMs)).toBe(text)
})

test.each([
  [0, '0 %'],
  [0.0001, '< 0.1 %'],
  [0.004, '0.4 %'],
  [0.5, '50 %'],
  [0.996, '99 %'],
  [0.9999, '> 99.9 %'],
  [1, '100 %'],
])('a share of %d is %s: nothing is 0 or 100 that is only nearly so', (share, text) => {
  expect(percent(share)).toBe(text)
})

test('moments are in UTC and say so', () => {
  expect(moment(Date.UTC(2026, 2, 1, 9, 5, 7))).toBe('2026-03-01 09:05:07Z')
})

test('a moment is so long ago, or so long ahead', () => {
  expect(away(1000, 61_000)).toBe('1 min ago')
  expect(away(61_000, 1000)).toBe('in 1 min')
  expect(away(1000, 1999)).toBe('now')
})
