// Time, as it is told to us.

export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. Jumps when the device learns the time. */
  nowMs(): number
  /** Milliseconds since some fixed moment. Never jumps, never goes back: for measuring durations. */
  elapsedMs(): number
  /** Resolves after `durationMs`, or at once when `signal` aborts; it never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}

/** A signal that aborts after `durationMs` on this clock, and a way to stop waiting for it. */
export function deadlineOf(clock: Clock, durationMs: number): { signal: AbortSignal; stop: () => void } {
  const expired = new AbortController()
  const stopped = new AbortController()
  void clock.sleep(durationMs, stopped.signal).then(() => {
    if (!stopped.signal.aborted) expired.abort()
  })
  return { signal: expired.signal, stop: () => stopped.abort() }
}
