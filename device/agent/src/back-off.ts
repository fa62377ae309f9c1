// How long to wait: between checks, and after failures. Pure but for the die.

import type { Chance } from '@sealift/world'
import {
  BACK_OFF_MS_FIRST,
  BACK_OFF_MS_MAX,
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

/**
 * Wait after the `failures`-th failure in a row: it doubles up to a limit.
 *
 * @param failures      1 or more
 * @param pollMs        a device that polls fast also tries again fast
 * @param retryAfterMs  what the server asked for; never less is waited
 */
export function failureWaitMs(failures: number, pollMs: number, chance: Chance, retryAfterMs = 0): number {
  const firstMs = Math.min(boundedPollMs(pollMs), BACK_OFF_MS_FIRST)
  const waitMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 32), BACK_OFF_MS_MAX)
  return Math.max(jittered(waitMs, chance), Math.min(retryAfterMs, RETRY_AFTER_MS_MAX))
}

function jittered(waitMs: number, chance: Chance): number {
  return Math.round(waitMs * (1 - JITTER + 2 * JITTER * chance.fraction()))
}
