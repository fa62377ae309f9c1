// Bytes that come too slowly are not waited for.

import type { Clock } from '@sealift/world'
import { VirtualClock } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { type Pace, paced, within } from './paced.ts'

const pace: Pace = { graceMs: 10_000, stallMs: 5_000, bytesPerSecondMin: 100 }

class TooSlow extends Error {}

type Reading = { readonly bytes: number; readonly slow: boolean; readonly stopped: boolean; readonly atMs: number }

async function read(body: (clock: Clock) => AsyncIterable<Uint8Array>, limits: Pace, ownMs = 0): Promise<Reading> {
  const clock = new VirtualClock(0)
  let [bytes, slow, stopped] = [0, false, false]
  const stop = () => {
    stopped = true
  }
  const work = async () => {
    try {
      for await (const chunk of paced(clock, body(clock), limits, stop, () => new TooSlow())) {
        bytes += chunk.byteLength
        await clock.sleep(ownMs)
      }
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error
      slow = true
    }
  }
  await clock.runUntil(work())
  return { bytes, slow, stopped, atMs: clock.elapsedMs() }
}

function every(periodMs: number, chunkBytes: number, chunks = Number.POSITIVE_INFINITY) {
  return async function* (clock: Clock): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < chunks; i++) {
      await clock.sleep(periodMs)
      yield new Uint8Array(chunkBytes)
    }
  }
}

test('what comes fast enough comes whole, and nothing is stopped', async () => {
  expect(await read(every(1_000, 100, 100), pace)).toMatchObject({ bytes: 10_000, slow: false, stopped: false })
})

test('a little below the minimum lasts as long as the grace does, and no longer', async () => {
  const reading = await read(every(1_000, 50), pace)
  expect(reading).toMatchObject({ slow: true, stopped: true })
  expect(reading.atMs).toBeLessThanOrEqual(21_000)
})

test('attack 07 slow retrieval: one byte every ten seconds', async () => {
  expect(await read(every(10_000, 1), pace)).toMatchObject({ bytes: 0, slow: true, atMs: 5_000 })
})

test('a fast beginning earns no long silence', async () => {
  const body = async function* (clock: Clock) {
    yield* every(1, 1_000_000, 1)(clock)
    yield* every(3_600_000, 1)(clock)
  }
  expect(await read(body, pace)).toMatchObject({ bytes: 1_000_000, slow: true, atMs: 5_001 })
})

test('the total has an end even for what comes fast', async () => {
  const reading = await read(every(100, 1_000_000), { ...pace, totalMs: 60_000 })
  expect(reading.slow).toBe(true)
  expect(reading.atMs).toBe(60_000)
})

test('our own time between two chunks is not held against the server', async () => {
  expect(await read(every(10, 1, 20), pace, 60_000)).toMatchObject({ bytes: 20, slow: false })
})

test('a body that is left early is stopped, even while it waits', async () => {
  const clock = new VirtualClock(0)
  let stopped = false
  const work = async () => {
    for await (const _chunk of paced(
      clock,
      every(1, 1)(clock),
      pace,
      () => (stopped = true),
      () => new TooSlow(),
    ))
      break
  }
  await clock.runUntil(work())
  expect(stopped).toBe(true)
})

test('an error of the body comes through', async () => {
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1)
    throw new RangeError('broken')
  }
  await expect(read(body, pace)).rejects.toBeInstanceOf(RangeError)
})

test('work in time brings its value, late work nothing, failed work its error', async () => {
  const clock = new VirtualClock(0)
  const after = (durationMs: number) => clock.sleep(durationMs).then(() => 'done')
  expect(await clock.runUntil(within(clock, 100, after(99)))).toBe('done')
  expect(await clock.runUntil(within(clock, 100, after(101)))).toBeUndefined()
  await expect(clock.runUntil(within(clock, 100, Promise.reject(new RangeError())))).rejects.toBeInstanceOf(RangeError)
})
