import { expect, test } from 'vitest'
import { realChance } from './real-chance.ts'
import { seededChance } from './seeded-chance.ts'

// Frozen: seeds of past failures are kept as tests, so the numbers behind a seed may never change.
test('seed 4711 gives the numbers it has always given', () => {
  const chance = seededChance(4711)
  expect(Buffer.from(chance.bytes(10)).toString('hex')).toBe('51ff3a7a960e6c90647e')
  expect([chance.fraction(), chance.fraction()]).toEqual([0.6597121427601033, 0.44023501628112727])
})

test('the same seed repeats, and a neighbouring seed or one that differs above 2^32 does not', () => {
  const numbers = (seed: number) => Array.from({ length: 8 }, seededChance(seed).fraction)
  expect(numbers(1)).toEqual(numbers(1))
  expect(numbers(1)).not.toEqual(numbers(2))
  expect(numbers(1)).not.toEqual(numbers(1 + 2 ** 32))
})

test.each([
  ['seeded', seededChance(1)],
  ['real', realChance()],
])('fractions lie in [0, 1) and spread evenly (%s)', (_name, chance) => {
  const tenths = new Uint16Array(10)
  for (let i = 0; i < 10_000; i++) {
    const fraction = chance.fraction()
    expect(fraction >= 0 && fraction < 1).toBe(true)
    const tenth = Math.floor(fraction * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  for (const count of tenths) expect(count).toBeGreaterThan(850)
})

test('as many bytes come as were asked for', () => {
  for (const lengthBytes of [0, 1, 4, 7, 32]) {
    expect(seededChance(3).bytes(lengthBytes)).toHaveLength(lengthBytes)
    expect(realChance().bytes(lengthBytes)).toHaveLength(lengthBytes)
  }
  expect(realChance().bytes(16)).not.toEqual(realChance().bytes(16))
})
