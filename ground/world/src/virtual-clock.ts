// Time that stands still until it is told to move.

import assert from 'node:assert/strict'
import type { Clock } from './clock.ts'
import { oneTurn } from './real-turn.ts'

type Sleeper = { readonly wakeAtMs: number; readonly wake: () => void }

const DAY_MS = 86_400_000

/**
 * Sleepers wake one at a time, in the order of their time and, at the same time, in the order they fell asleep; between
 * two of them everything that can run runs. So the same program on the same clock does the same things in the same order.
 */
export class VirtualClock implements Clock {
  private readonly sleepers: Sleeper[] = []
  private readonly settle: () => Promise<void>
  private sinceStartMs = 0
  private startMs: number

  /** @param settle  resolves when everything that can run without time has run; one turn of the event loop by default */
  constructor(startMs: number, settle: () => Promise<void> = oneTurn) {
    this.startMs = startMs
    this.settle = settle
  }

  nowMs(): number {
    return this.startMs + this.sinceStartMs
  }

  elapsedMs(): number {
    return this.sinceStartMs
  }

  /** The wall clock jumps, in either direction; durations do not notice. */
  setNowMs(nowMs: number): void {
    this.startMs = nowMs - this.sinceStartMs
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const abort = () => this.abort(sleeper)
      const wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper = { wakeAtMs: this.sinceStartMs + Math.max(0, durationMs), wake }
      signal?.addEventListener('abort', abort)
      this.insert(sleeper)
    })
  }

  /** Moves time by `durationMs` and wakes whoever is due on the way. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.sinceStartMs + durationMs
    await this.settle()
    while (this.nextWakeAtMs() <= untilMs) await this.wakeNext()
    this.sinceStartMs = untilMs
  }

  /**
   * Moves time until `work` is done, from sleeper to sleeper.
   * An assertion fails when `work` waits for something that time will not bring, or for longer than `durationMsMax`.
   */
  async runUntil<T>(work: Promise<T>, durationMsMax: number = DAY_MS): Promise<T> {
    const untilMs = this.sinceStartMs + durationMsMax
    const progress = { done: false }
    const finish = () => {
      progress.done = true
    }
    work.then(finish, finish)
    await this.settle()
    while (!progress.done) {
      assert(this.nextWakeAtMs() < Number.POSITIVE_INFINITY, 'nobody sleeps, and the work is not done')
      assert(this.nextWakeAtMs() <= untilMs, `the work is not done after ${durationMsMax} ms`)
      await this.wakeNext()
    }
    return await work
  }

  private nextWakeAtMs(): number {
    return this.sleepers[0]?.wakeAtMs ?? Number.POSITIVE_INFINITY
  }

  private async wakeNext(): Promise<void> {
    const sleeper = this.sleepers.shift()
    assert(sleeper)
    this.sinceStartMs = sleeper.wakeAtMs
    sleeper.wake()
    await this.settle()
  }

  private insert(sleeper: Sleeper): void {
    let low = 0
    let high = this.sleepers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.sleepers[middle]?.wakeAtMs ?? 0) <= sleeper.wakeAtMs) low = middle + 1
      else high = middle
    }
    this.sleepers.splice(low, 0, sleeper)
  }

  private abort(sleeper: Sleeper): void {
    const at = this.sleepers.indexOf(sleeper)
    if (at >= 0) this.sleepers.splice(at, 1)
    sleeper.wake()
  }
}
