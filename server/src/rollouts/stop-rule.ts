// When a rollout must stop: too many devices failed, rolled back or fell silent, or one refused a signature.

import type { StopReason, StopRule } from '@sealift/protocol'

/** Devices that have come to an end in the attempt under way, since the rollout is judged. */
export type Ends = {
  readonly confirmed: number
  readonly fellBack: number
  readonly failed: number
  readonly silent: number
  /** Those of `failed` that refused a signature. */
  readonly signatureFailures: number
}

/** Faults that say: these bytes are not from whom they claim to be. One is an incident, not a statistic. */
export const SIGNATURE_FAULTS = ['verify.threshold', 'verify.not-signed', 'boot.manifest'] as const

export function endsOf(ends: Ends): number {
  return ends.confirmed + ends.fellBack + ends.failed + ends.silent
}

/**
 * The first rule that fires, or undefined.
 *
 * @param settled  nobody is under way any more, so no more evidence will come: the percentages are judged however few
 *                 devices have come to an end. Without this a small first wave could fail whole and the next one begin.
 */
export function judge(ends: Ends, rule: StopRule, settled: boolean, nowMs: number): StopReason | undefined {
  if (rule.signatureFailure && ends.signatureFailures > 0) {
    return { rule: 'signature', seen: ends.signatureFailures, limit: 0, atMs: nowMs }
  }
  const ended = endsOf(ends)
  if (ended < rule.devicesMin && !settled) return undefined
  const reason = (name: StopReason['rule'], count: number, limit: number): StopReason => ({
    rule: name,
    seen: Math.round((count / ended) * 10_000) / 100,
    limit,
    atMs: nowMs,
  })
  if (reaches(ends.fellBack, ended, rule.rolledBackPercent)) {
    return reason('rolled-back', ends.fellBack, rule.rolledBackPercent)
  }
  if (reaches(ends.silent, ended, rule.silentPercent)) return reason('silent', ends.silent, rule.silentPercent)
  if (exceeds(ends.failed, ended, rule.failedPercent)) return reason('failed', ends.failed, rule.failedPercent)
  return undefined
}

// Rolled back and silent stop at their limit: both may mean a device in trouble. Compared without dividing, to the unit.
function reaches(count: number, ended: number, limitPercent: number): boolean {
  return count > 0 && count * 100 >= limitPercent * ended
}

// A refusal leaves the device as it was, so failures stop only beyond their limit.
function exceeds(count: number, ended: number, limitPercent: number): boolean {
  return count * 100 > limitPercent * ended
}
