// Dates on the command line.

import { expect, test } from 'vitest'
import { parseMilestone } from './dates.ts'
import { UsageError } from './usage-error.ts'

test.each([
  ['2030-12-31', '2030-12-31T00:00:00Z'],
  ['2028-02-29', '2028-02-29T00:00:00Z'],
  ['2030-12-31T23:59:59Z', '2030-12-31T23:59:59Z'],
  ['tba', 'tba'],
])('%s is %s', (text, milestone) => {
  expect(parseMilestone(text)).toBe(milestone)
})

test.each([
  '',
  '2030',
  '31.12.2030',
  '2030-02-30',
  '2030-13-01',
  '2030-12-31T25:00:00Z',
  '2030-12-31T00:00:00+01:00',
  'TBA',
])('refuses %o', (text) => {
  expect(() => parseMilestone(text)).toThrow(UsageError)
})
