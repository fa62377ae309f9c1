import { expect, test } from 'vitest'
import { forecastExpiry, readLifetimes } from './expiry.ts'
import { DAY_MS, NOW_MS, newWorkshop } from './test/workshop.ts'

test('everything that ends is listed, the soonest end first', async () => {
  const { disk } = await newWorkshop()
  const forecast = forecastExpiry(await readLifetimes(disk), NOW_MS)
  expect(forecast.map(({ what, expiresAtMs }) => [what, (expiresAtMs - NOW_MS) / DAY_MS])).toEqual([
    ['product/thermostat', 91],
    ['image targets', 182],
    ['image root', 365],
    ['director root', 365],
    ['server certificate', 396],
    ['server authority', 3651],
    ['device authority', 3651],
  ])
})

test.each([
  ['just made', NOW_MS, 1],
  ['half over', NOW_MS + 45.5 * DAY_MS, 0.5],
  ['over', NOW_MS + 91 * DAY_MS, 0],
  ['over since its own lifetime', NOW_MS + 182 * DAY_MS, -1],
])('%s', (_story, nowMs, leftFraction) => {
  const lifetime = { what: 'product/lamp', expiresAtMs: NOW_MS + 91 * DAY_MS, lifetimeMs: 91 * DAY_MS }
  expect(forecastExpiry([lifetime], nowMs)).toEqual([
    { what: 'product/lamp', expiresAtMs: lifetime.expiresAtMs, leftFraction },
  ])
})
