// Shares are honest at both ends, and sizes change their unit where they should.

import { expect, test } from 'vitest'
import { bytesText, countText, sharePercent } from './amounts.ts'

test.each([
  [0, 10, 0],
  [1, 1000, 1],
  [999, 1000, 99],
  [1000, 1000, 100],
  [1, 3, 33],
  [0, 0, 0],
])('%i of %i is %i percent', (part, total, percent) => {
  expect(sharePercent(part, total)).toBe(percent)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_234_567, '1.23 MB'],
  [5_000_000_000, '5 GB'],
])('%i bytes are %s', (lengthBytes, text) => {
  expect(bytesText(lengthBytes)).toBe(text)
})

test('one is singular', () => {
  expect(countText(1, 'device')).toBe('1 device')
  expect(countText(0, 'device')).toBe('0 devices')
  expect(countText(2000, 'device')).toBe('2,000 devices')
})
