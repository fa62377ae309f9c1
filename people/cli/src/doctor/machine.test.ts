import { expect, test } from 'vitest'
import { judgeClock, judgeNode, judgeSpace } from './machine.ts'

test.each([
  ['20.20.2', 'fail'],
  ['24.7.0', 'fail'],
  ['25.9.9', 'fail'],
  ['26.0.0', 'ok'],
])('Node %s: %s', (version, verdict) => {
  expect(judgeNode(version).verdict).toBe(verdict)
})

test.each([
  [0, 'fail'],
  [64 * 2 ** 20 - 1, 'fail'],
  [64 * 2 ** 20, 'warn'],
  [2 ** 30 - 1, 'warn'],
  [2 ** 30, 'ok'],
])('%d bytes free: %s', (freeBytes, verdict) => {
  expect(judgeSpace(freeBytes).verdict).toBe(verdict)
})

test.each([
  [0, 'ok'],
  [59_999, 'ok'],
  [-60_000, 'warn'],
  [3_599_999, 'warn'],
  [3_600_000, 'fail'],
  [-3_600_000, 'fail'],
])('a clock %d ms away: %s', (skewMs, verdict) => {
  expect(judgeClock(skewMs).verdict).toBe(verdict)
})

test('says in which direction the clock is wrong', () => {
  expect(judgeClock(120_000).seen).toContain('ahead of')
  expect(judgeClock(-120_000).seen).toContain('behind')
})
