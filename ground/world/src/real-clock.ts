// The clock of the machine.

import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from './clock.ts'

// Node fires a timer of more than 2^31 - 1 ms at once.
const TIMER_MS_MAX = 2_147_483_647

/** Time of the operating system; durations by its monotonic clock. */
export function realClock(): Clock {
  return { nowMs: () => Date.now(), elapsedMs: () => performance.now(), sleep }
}

// Even a sleep of no time gives way once, so that a loop around it cannot starve the process.
async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  let leftMs = durationMs
  do {
    await wait(Math.min(leftMs, TIMER_MS_MAX), undefined, signal && { signal }).catch(refuseAllButAbort)
    leftMs -= TIMER_MS_MAX
  } while (leftMs > 0 && !signal?.aborted)
}

function refuseAllButAbort(error: Error): void {
  if (error.name !== 'AbortError') throw error
}
