// How long to wait: between checks, and after failures. Pure but for the die.

import type { Chance } from '@sealift/world'
import {
  BACK_OFF_MS_FIRST,
  BACK_OFF_MS_MAX,
  BACK_OFF_MS_SOON,
  JITTER,
  POLL_MS_MAX,
  POLL_MS_MIN,
  RETRY_AFTER_MS_MAX,
  START_MS_MAX,
} from './limits.ts'

/** A poll interval within our limits, whatever was asked for. */
export function boundedPollMs(askedMs: number): number {
  return Number.isFinite(askedMs) ? Math.min(Math.max(askedMs, POLL_MS_MIN), POLL_MS_MAX) : POLL_MS_MAX
}

/** Wait before the next check when all is well. */
export function pollWaitMs(pollMs: number, chance: Chance): number {
  return jittered(boundedPollMs(pollMs), chance)
}

/** Wait before the first check after a start. */
export function startWaitMs(pollMs: number, chance: Chance): number {
  return Math.round(Math.min(boundedPollMs(pollMs), START_MS_MAX) * chance.fraction())
}

/** First wait after a fault: one that can be mended by trying again at once is tried again soon. */
export function firstWaitMs(retry: 'never' | 'later' | 'now', pollMs: number): number {
  return Math.min(boundedPollMs(pollMs), retry === 'now' ? BACK_OFF_MS_SOON : BACK_OFF_MS_FIRST)
}

/**
 * Wait after the `failures`-th failure in a row: it doubles up to a limit.
 *
 * @param failures      1 or more
 * @param retryAfterMs  what the server asked for; never less is waited
 */
export function failureWaitMs(failures: number, firstMs: number, chance: Chance, retryAfterMs = 0): number {
  const waitMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 32), BACK_OFF_MS_MAX)
  return Math.max(jittered(waitMs, chance), Math.min(retryAfterMs, RETRY_AFTER_MS_MAX))
}

function jittered(waitMs: number, chance: Chance): number {
  return Math.round(waitMs * (1 - JITTER + 2 * JITTER * chance.fraction()))
}
