// The bucket of failures, to the unit.

import { Fault } from '@sealift/protocol'
import { VirtualClock } from '@sealift/world/virtual'
import { beforeEach, expect, test } from 'vitest'
import { Failures } from './failures.ts'

let clock: VirtualClock
let failures: Failures

beforeEach(() => {
  clock = new VirtualClock(0)
  failures = new Failures(clock)
})

const isLocked = (address: string) => {
  try {
    failures.requireFew(address)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'access.rate' })
    return true
  }
}

const fail = (address: string, times: number) => {
  for (let i = 0; i < times; i++) failures.failed(address)
}

test('nine failures are let by, ten are not', () => {
  fail('192.0.2.1', 9)
  expect(isLocked('192.0.2.1')).toBe(false)
  fail('192.0.2.1', 1)
  expect(isLocked('192.0.2.1')).toBe(true)
})

test('one more try comes back after thirty seconds', async () => {
  fail('192.0.2.1', 10)
  await clock.advance(29_999)
  expect(isLocked('192.0.2.1')).toBe(true)
  await clock.advance(1)
  expect(isLocked('192.0.2.1')).toBe(false)
})

test('the wall clock cannot be used to get out of it', async () => {
  fail('192.0.2.1', 10)
  clock.setNowMs(1_000_000_000)
  expect(isLocked('192.0.2.1')).toBe(true)
})

test('says how long to wait', () => {
  fail('192.0.2.1', 10)
  expect(() => failures.requireFew('192.0.2.1')).toThrow(expect.objectContaining({ facts: { retryAfterS: 30 } }))
})

const neighbours: [story: string, have: string, want: string, together: boolean][] = [
  ['one IPv4 address and the next', '192.0.2.1', '192.0.2.2', false],
  ['two addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['the same, written in full', '2001:db8::1', '2001:db8:0:0:0:0:0:2', true],
  ['two /64s', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['two IPv4 addresses in IPv6 form', '::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
]

test.each(neighbours)('%s', (_story, have, want, together) => {
  fail(have, 10)
  expect(isLocked(want)).toBe(together)
})

test('success costs nothing, a bug of ours neither', async () => {
  for (let i = 0; i < 50; i++) await failures.counted('192.0.2.1', async () => 'well')
  for (let i = 0; i < 50; i++) {
    await expect(failures.counted('192.0.2.1', () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug')
  }
  expect(isLocked('192.0.2.1')).toBe(false)
  for (let i = 0; i < 10; i++) {
    await expect(failures.counted('192.0.2.1', () => Promise.reject(new Fault('access.link')))).rejects.toThrow()
  }
  expect(isLocked('192.0.2.1')).toBe(true)
})

test('however many addresses fail, the memory stays the same', () => {
  fail('192.0.2.1', 10)
  for (let i = 0; i < 10_000; i++) failures.failed(`10.0.${Math.floor(i / 256)}.${i % 256}`)
  expect(isLocked('192.0.2.1')).toBe(false)
})
