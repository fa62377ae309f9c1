import { expect, test } from 'vitest'
import { disorderOf, isPastSupport, type Support } from './product.ts'

const support: Support = {
  general_availability: '2026-01-01T00:00:00Z',
  end_of_sales: '2029-01-01T00:00:00Z',
  end_of_security_support: '2031-01-01T00:00:00Z',
  end_of_life: '2032-01-01T00:00:00Z',
  last_updated: '2026-01-01T00:00:00Z',
}

const orders: [story: string, change: Partial<Support>, disorder: readonly string[]][] = [
  ['dates in order', {}, []],
  ['security support ends with the life', { end_of_security_support: '2032-01-01T00:00:00Z' }, []],
  [
    'security support beyond the life',
    { end_of_security_support: '2032-01-01T00:00:01Z' },
    ['end_of_security_support'],
  ],
  ['security support not announced, life is', { end_of_security_support: 'tba' }, ['end_of_security_support']],
  ['life not announced', { end_of_life: 'tba' }, []],
  ['nothing announced', { general_availability: 'tba', end_of_security_support: 'tba', end_of_life: 'tba' }, []],
  ['no such day', { end_of_sales: '2026-99-99T99:99:99Z' }, ['end_of_sales']],
  ['available after support', { general_availability: '2031-01-01T00:00:01Z' }, ['general_availability']],
]

test.each(orders)('%s (OpenEoX Core 1.0)', (_story, change, disorder) => {
  expect(disorderOf({ ...support, ...change })).toEqual(disorder)
})

const endMs = Date.parse(support.end_of_security_support)

const ends: [story: string, change: Partial<Support>, nowMs: number, past: boolean][] = [
  ['a millisecond before the end', {}, endMs - 1, false],
  ['at the end', {}, endMs, true],
  ['an end that is not announced has not come', { end_of_security_support: 'tba', end_of_life: 'tba' }, endMs, false],
  ['the end of life is an end as well', { end_of_security_support: 'tba' }, Date.parse(support.end_of_life), true],
]

test.each(ends)('past support: %s', (_story, change, nowMs, past) => {
  expect(isPastSupport({ ...support, ...change }, nowMs)).toBe(past)
})
