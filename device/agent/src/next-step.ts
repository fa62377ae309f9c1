// Decide what the device does next. Pure: it looks, and touches nothing; run-step.ts acts.

import type { Permission } from './permission.ts'

export type Seen = {
  /** A trial was given up, and the journal does not know it yet. */
  readonly fellBack: boolean
  /** Undefined unless the running image is on trial. */
  readonly trial: SeenTrial | undefined
  /** A check brought something that is not verified yet. */
  readonly offered: boolean
  /** Something about the present state has not been reported yet. */
  readonly untold: boolean
  readonly work: SeenWork | undefined
  /** The server was asked since the start: the rollout may have been stopped while the power was off. */
  readonly asked: boolean
  /** What may be tried now: its time has come, and no failure keeps it waiting. */
  readonly due: { readonly check: boolean; readonly report: boolean; readonly work: boolean }
}

export type SeenTrial = {
  /** Well, and for long enough. */
  readonly settled: boolean
  /** The server has answered since this image runs, or need not. */
  readonly reached: boolean
  readonly overtime: boolean
}

/** The verified assignment under way. */
export type SeenWork = {
  readonly running: boolean
  readonly permission: Permission['word']
  /** The director's word is not past its date. */
  readonly fresh: boolean
  /** All bytes are in the other slot, by our own account. */
  readonly whole: boolean
  /** The other slot has the boot manifest of this image. */
  readonly sealed: boolean
  /** It was read back, and that was reported. */
  readonly installed: boolean
  readonly armed: boolean
}

export type Step =
  | { readonly do: 'rest' }
  | { readonly do: 'own-up' }
  | { readonly do: 'tell' }
  | { readonly do: 'check' }
  | { readonly do: 'verify' }
  | { readonly do: 'report' }
  | { readonly do: 'download' }
  | { readonly do: 'install' }
  | { readonly do: 'boot' }
  | { readonly do: 'confirm' }
  | { readonly do: 'fall-back' }

/** What happened is written down first; then a trial is settled, for until then the other slot is the way home. */
export function nextStep(seen: Seen): Step {
  if (seen.fellBack) return { do: 'own-up' }
  if (seen.trial) return settle(seen, seen.trial)
  if (seen.work?.running) return { do: 'confirm' }
  if (seen.work?.armed && seen.work.sealed) return seen.due.work ? { do: 'boot' } : { do: 'rest' }
  if (seen.offered) return { do: 'verify' }
  if (seen.due.check) return { do: 'check' }
  if (seen.untold) return { do: 'tell' }
  if (seen.due.report) return { do: 'report' }
  return seen.work && seen.due.work && seen.asked ? advance(seen.work) : { do: 'rest' }
}

function settle(seen: Seen, trial: SeenTrial): Step {
  if (seen.untold) return { do: 'tell' }
  if (trial.settled && trial.reached) return { do: 'confirm' }
  if (trial.overtime) return { do: 'fall-back' }
  if (seen.due.check && !seen.offered) return { do: 'check' }
  return seen.due.report ? { do: 'report' } : { do: 'rest' }
}

function advance(work: SeenWork): Step {
  if (work.permission !== 'go' || !work.fresh) return { do: 'rest' }
  if (work.sealed && work.installed) return { do: 'boot' }
  return work.sealed || work.whole ? { do: 'install' } : { do: 'download' }
}
