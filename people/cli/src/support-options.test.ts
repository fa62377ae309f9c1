import { expect, test } from 'vitest'
import { hasSupport, type SupportValues, supportOf } from './support-options.ts'

const NOW_MS = Date.UTC(2026, 2, 1, 10, 30)
const UNSAID: SupportValues = {
  available: undefined,
  endOfSales: undefined,
  endOfSecuritySupport: undefined,
  endOfLife: undefined,
}

test('a date that nobody said is not yet announced', () => {
  expect(supportOf(UNSAID, undefined, NOW_MS)).toEqual({
    general_availability: 'tba',
    end_of_sales: 'tba',
    end_of_security_support: 'tba',
    end_of_life: 'tba',
    last_updated: '2026-03-01T10:30:00Z',
  })
})

test('what was announced stays, unless it is said anew', () => {
  const known = supportOf(
    { ...UNSAID, endOfLife: '2030-01-01T00:00:00Z', available: '2020-01-01T00:00:00Z' },
    undefined,
    0,
  )
  expect(supportOf({ ...UNSAID, endOfLife: '2033-01-01T00:00:00Z' }, known, NOW_MS)).toMatchObject({
    general_availability: '2020-01-01T00:00:00Z',
    end_of_life: '2033-01-01T00:00:00Z',
    last_updated: '2026-03-01T10:30:00Z',
  })
})

test('one date is enough to mean a change', () => {
  expect(hasSupport(UNSAID)).toBe(false)
  expect(hasSupport({ ...UNSAID, endOfSales: 'tba' })).toBe(true)
})
