// The live connection comes back by itself, ever more patiently, and says where it stands.

import { expect, test } from 'vitest'
import type { StreamListener } from '../real-browser.ts'
import { type LiveState, reconnectDelayMs, stayLive } from './live.ts'

class Harness {
  readonly streams: (StreamListener & { open: boolean })[] = []
  readonly waits: { delayMs: number; run: () => void; cancelled: boolean }[] = []
  readonly states: LiveState[] = []
  readonly changed: string[] = []
  rejoined = 0

  start = () =>
    stayLive(
      {
        follow: (_path, listener) => {
          const stream = { ...listener, open: true }
          this.streams.push(stream)
          return () => {
            stream.open = false
          }
        },
        later: (delayMs, run) => {
          const wait = { delayMs, run, cancelled: false }
          this.waits.push(wait)
          return () => {
            wait.cancelled = true
          }
        },
        fraction: () => 1,
      },
      {
        changed: ({ kind, id }) => this.changed.push(`${kind}/${id}`),
        rejoined: () => {
          this.rejoined++
        },
        became: (state) => this.states.push(state),
      },
    )
}

test('passes on what changed', () => {
  const harness = new Harness()
  harness.start()
  harness.streams[0]?.opened()
  harness.streams[0]?.said('{"kind":"device","id":"bulb-1"}')
  expect(harness.changed).toEqual(['device/bulb-1'])
  expect(harness.states).toEqual(['live'])
  expect(harness.rejoined).toBe(0)
})

test('reconnects after a loss and asks to look at everything again', () => {
  const harness = new Harness()
  harness.start()
  harness.streams[0]?.opened()
  harness.streams[0]?.failed()
  expect(harness.streams[0]?.open).toBe(false)
  harness.waits[0]?.run()
  harness.streams[1]?.opened()
  expect(harness.states).toEqual(['live', 'reconnecting', 'live'])
  expect(harness.rejoined).toBe(1)
})

test('waits longer after each failure, and from the start again after a success', () => {
  const harness = new Harness()
  harness.start()
  for (let i = 0; i < 3; i++) {
    harness.streams[i]?.failed()
    harness.waits[i]?.run()
  }
  harness.streams[3]?.opened()
  harness.streams[3]?.failed()
  expect(harness.waits.map(({ delayMs }) => delayMs)).toEqual([1000, 2000, 4000, 1000])
})

test('stops when asked, connected or waiting', () => {
  const connected = new Harness()
  connected.start()()
  expect(connected.streams[0]?.open).toBe(false)

  const waiting = new Harness()
  const stop = waiting.start()
  waiting.streams[0]?.failed()
  stop()
  expect(waiting.waits[0]?.cancelled).toBe(true)
})

test('never waits longer than half a minute nor shorter than half a second', () => {
  expect(reconnectDelayMs(99, 1)).toBe(30_000)
  expect(reconnectDelayMs(0, 0)).toBe(500)
})
