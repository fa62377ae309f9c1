// Bytes that must not come too slowly: a hostile server may not hold us with one byte every ten seconds. Attack 7.

import type { Clock } from '@sealift/world'

/**
 * Time spent waiting for bytes may be `graceMs`, and one second more for each `bytesPerSecondMin` that came.
 * Our own time between two chunks does not count.
 */
export type Pace = {
  readonly graceMs: number
  readonly bytesPerSecondMin: number
  /** Longest single wait. */
  readonly stallMs: number
  /** Longest time from first to last byte, our own included. */
  readonly totalMs?: number
}

/**
 * The same chunks, or the error that `tooSlow` makes.
 * @param stop  ends the request; called when the body is left before its end
 */
export async function* paced(
  clock: Clock,
  body: AsyncIterable<Uint8Array>,
  pace: Pace,
  stop: () => void,
  tooSlow: () => Error,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]()
  const startedMs = clock.elapsedMs()
  let [waitedMs, bytes, ended] = [0, 0, false]
  try {
    for (;;) {
      const askedMs = clock.elapsedMs()
      const creditMs = pace.graceMs + (bytes / pace.bytesPerSecondMin) * 1000 - waitedMs
      const totalLeftMs = (pace.totalMs ?? Number.POSITIVE_INFINITY) - (askedMs - startedMs)
      const next = await within(clock, Math.min(creditMs, pace.stallMs, totalLeftMs), chunks.next())
      if (next === undefined) throw tooSlow()
      waitedMs += clock.elapsedMs() - askedMs
      if (next.done) {
        ended = true
        return
      }
      bytes += next.value.byteLength
      yield next.value
    }
  } finally {
    // Not awaited: a generator returns only when the chunk that it waits for has come, and that may be never.
    if (!ended) {
      stop()
      chunks.return?.().catch(() => undefined)
    }
  }
}

/** What `work` brings, or undefined when it takes longer. */
export async function within<T>(clock: Clock, durationMs: number, work: Promise<T>): Promise<T | undefined> {
  const waiting = new AbortController()
  const late = clock.sleep(Math.max(0, durationMs), waiting.signal).then(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    waiting.abort()
    // If it fails after we stopped waiting, nobody is left to hear of it.
    work.catch(() => undefined)
  }
}
