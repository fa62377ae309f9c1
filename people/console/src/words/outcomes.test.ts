// The parts of a rollout add up to the fleet, whatever is counted twice or not at all.

import type { RolloutCounts } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { outcomesOf, settledOf } from './outcomes.ts'

const counts: RolloutCounts = {
  devices: 100,
  inWave: 25,
  offered: 24,
  waiting: 2,
  underWay: 5,
  confirmed: 12,
  fellBack: 3,
  failed: 1,
  silent: 1,
}

test('what no wave has reached is to come', () => {
  const sum = outcomesOf(counts).reduce((total, { devices }) => total + devices, 0)
  expect(sum).toBe(100)
  expect(outcomesOf(counts).find(({ name }) => name === 'toCome')?.devices).toBe(76)
})

test('devices that left the product do not make a part negative', () => {
  expect(outcomesOf({ ...counts, devices: 3 }).find(({ name }) => name === 'toCome')?.devices).toBe(0)
})

test('settled are those that came to an end', () => {
  expect(settledOf(counts)).toBe(17)
})
