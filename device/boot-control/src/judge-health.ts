// Decide whether a running image is well, still starting, or to be given up. Pure: a table of what was seen.

import type { BootConfig } from './boot-config.ts'
import type { TrialEnd } from './boot-control.ts'

export type Seen = {
  readonly trial: boolean
  /** What the image said last; `none`: it did not answer. */
  readonly answer: 'well' | 'ill' | 'none'
  /** Its words, or why there was no answer. */
  readonly why: string
  /** It said at least once that it is well. */
  readonly wasWell: boolean
  readonly runningMs: number
  /** Since its last answer; since its start when it never answered. */
  readonly silentMs: number
}

export type Patience = Pick<BootConfig, 'healthTimeLimitMs' | 'watchdogMs' | 'confirmTimeLimitMs'>

export type Judgement = {
  /** What may be told of it; undefined while nobody knows. */
  readonly healthy: boolean | undefined
  /** End its run for this reason. */
  readonly giveUp?: { readonly code: string; readonly facts: TrialEnd['facts'] }
}

/**
 * Until it was well for the first time, an image has `healthTimeLimitMs` to start, and may say or not say what it likes.
 * From then on silence is a hang; being ill ends a trial, and outside a trial is only told, since there is no better image.
 */
export function judgeHealth(seen: Seen, patience: Patience): Judgement {
  const late = seen.trial && seen.runningMs >= patience.confirmTimeLimitMs
  if (seen.answer === 'well') return late ? confirmLate(seen) : { healthy: true }
  if (!seen.wasWell) return starting(seen, patience)
  if (seen.answer === 'ill') return seen.trial ? unhealthy(seen) : { healthy: false }
  if (seen.silentMs >= patience.watchdogMs) return hang(seen)
  return late ? confirmLate(seen) : { healthy: undefined }
}

function starting(seen: Seen, { healthTimeLimitMs }: Patience): Judgement {
  if (seen.runningMs < healthTimeLimitMs) return { healthy: undefined }
  if (seen.answer === 'none') return hang(seen)
  return seen.trial ? unhealthy(seen) : { healthy: false }
}

function unhealthy({ why, runningMs }: Seen): Judgement {
  return { healthy: false, giveUp: { code: 'confirm.unhealthy', facts: { why, runningMs: Math.round(runningMs) } } }
}

function hang({ why, silentMs, runningMs }: Seen): Judgement {
  const facts = { why, silentMs: Math.round(silentMs), runningMs: Math.round(runningMs) }
  return { healthy: false, giveUp: { code: 'confirm.hang', facts } }
}

function confirmLate({ runningMs }: Seen): Judgement {
  return { healthy: true, giveUp: { code: 'confirm.late', facts: { runningMs: Math.round(runningMs) } } }
}
