// Waves and percentages on the command line.

import { RolloutPlan } from '@sealift/protocol'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { UsageError } from './usage-error.ts'
import { parsePercent, parseWave } from './waves.ts'

const DAY_MS = 86_400_000

test.each([
  ['lab=3:10s', { name: 'lab', size: { devices: 3 }, holdMs: 10_000 }],
  ['50%:1m', { name: '50 %', size: { percent: 50 }, holdMs: 60_000 }],
  ['0.5%', { name: '0.5 %', size: { percent: 0.5 }, holdMs: DAY_MS }],
  ['10', { name: '10 devices', size: { devices: 10 }, holdMs: DAY_MS }],
  ['1', { name: '1 device', size: { devices: 1 }, holdMs: DAY_MS }],
  ['all', { name: 'all', size: { percent: 100 }, holdMs: 0 }],
  ['100%', { name: 'all', size: { percent: 100 }, holdMs: 0 }],
  ['everybody=100%:1h', { name: 'everybody', size: { percent: 100 }, holdMs: 3_600_000 }],
])('%s is a wave that the server takes', (text, wave) => {
  expect(parseWave(text)).toEqual(wave)
  expect(Value.Check(RolloutPlan, { product: 'p', version: '1.0.0', waves: [parseWave(text)] })).toBe(true)
})

test.each(['', '0', '0%', '101%', '-1', '50%:', '=3', 'lab=', 'lab=3:10', 'three', '1:2:3', '1e3', '10 000'])(
  'refuses the wave %o',
  (text) => {
    expect(() => parseWave(text)).toThrow(UsageError)
  },
)

test.each([
  ['1%', 1],
  ['0.5%', 0.5],
  ['2', 2],
  ['0%', 0],
  ['100 %', 100],
])('%s is %d percent', (text, percent) => {
  expect(parsePercent(text)).toBe(percent)
})

test.each(['', '%', '101%', '-1%', '1,5%', 'NaN'])('refuses the percentage %o', (text) => {
  expect(() => parsePercent(text)).toThrow(UsageError)
})
