// Decide which slot is started. Pure: it looks, and touches nothing; boot-stage.ts acts.

import type { SlotName, TrialEnd } from './boot-control.ts'
import type { BootState } from './boot-state.ts'
import { otherThan } from './slot.ts'

/** What verifying a slot gave. */
export type Verdict =
  | { readonly fit: true; readonly sha256: string; readonly version: string }
  | { readonly fit: false; readonly code: string; readonly facts: TrialEnd['facts'] }

/** Only what was looked at: verifying reads a whole image, so a slot that is not needed is not verified. */
export type Verdicts = Readonly<Partial<Record<SlotName, Verdict>>>

export type BootStep =
  /** Say whether this slot is fit, and ask again. */
  | { readonly do: 'verify'; readonly slot: SlotName }
  /** Make `state` durable, then start this slot. */
  | { readonly do: 'start'; readonly slot: SlotName; readonly version: string; readonly state: BootState }
  /** Neither slot is fit, for these reasons. */
  | { readonly do: 'halt'; readonly codes: Readonly<Record<SlotName, string>> }

/** A trial is counted before it begins, so that a start that never comes back is counted too. */
export function nextBoot(state: BootState, verdicts: Verdicts): BootStep {
  const { trial } = state
  if (!trial) return startActive(state, verdicts)
  if (trial.triesLeft === 0) return startActive(giveUp(state, 'boot.tries', {}), verdicts)
  const verdict = verdicts[trial.slot]
  if (!verdict) return { do: 'verify', slot: trial.slot }
  if (!verdict.fit) return startActive(giveUp(state, verdict.code, verdict.facts), verdicts)
  if (verdict.sha256 !== trial.sha256) {
    return startActive(giveUp(state, 'boot.digest', { armed: trial.sha256, found: verdict.sha256 }), verdicts)
  }
  return start({ ...state, trial: { ...trial, triesLeft: trial.triesLeft - 1 } }, trial.slot, verdict.version)
}

/** The trial ends, and is remembered as given up. Unchanged when there is none. */
export function giveUp(state: BootState, code: string, facts: TrialEnd['facts']): BootState {
  if (!state.trial) return state
  const { slot, sha256 } = state.trial
  return { ...state, trial: null, fellBack: { slot, sha256, code, facts } }
}

// Outside a trial the kept slot runs. If it went bad, the other one is better than nothing, were it once given up.
function startActive(state: BootState, verdicts: Verdicts): BootStep {
  const { active } = state
  const kept = verdicts[active.slot]
  if (!kept) return { do: 'verify', slot: active.slot }
  if (kept.fit) return start(state, active.slot, kept.version)
  const slot = otherThan(active.slot)
  const other = verdicts[slot]
  if (!other) return { do: 'verify', slot }
  if (!other.fit) return halt(active.slot, kept.code, other.code)
  const fellBack = state.fellBack ?? { ...active, code: kept.code, facts: kept.facts }
  return start({ ...state, active: { slot, sha256: other.sha256 }, fellBack }, slot, other.version)
}

function start(state: BootState, slot: SlotName, version: string): BootStep {
  return { do: 'start', slot, version, state: { ...state, bootCount: state.bootCount + 1 } }
}

function halt(active: SlotName, activeCode: string, otherCode: string): BootStep {
  return { do: 'halt', codes: active === 'a' ? { a: activeCode, b: otherCode } : { a: otherCode, b: activeCode } }
}
