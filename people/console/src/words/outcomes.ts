// The counts of a rollout as parts of one bar that always add up to the fleet.

import type { RolloutCounts } from '@sealift/protocol'

export type OutcomeName = 'confirmed' | 'underWay' | 'waiting' | 'fellBack' | 'failed' | 'silent' | 'toCome'

export type Outcome = { readonly name: OutcomeName; readonly label: string; readonly devices: number }

const LABELS: Readonly<Record<OutcomeName, string>> = {
  confirmed: 'Confirmed',
  underWay: 'Under way',
  waiting: 'With owner',
  fellBack: 'Fell back',
  failed: 'Failed',
  silent: 'Silent',
  toCome: 'To come',
}

export function outcomesOf(counts: RolloutCounts): readonly Outcome[] {
  const { confirmed, underWay, waiting, fellBack, failed, silent } = counts
  const known = { confirmed, underWay, waiting, fellBack, failed, silent }
  const reached = Object.values(known).reduce((sum, devices) => sum + devices, 0)
  const all = { ...known, toCome: Math.max(0, counts.devices - reached) }
  return (Object.keys(all) as OutcomeName[]).map((name) => ({ name, label: LABELS[name], devices: all[name] }))
}

/** Devices of the waves so far that came to an end, well or ill. */
export function settledOf({ confirmed, fellBack, failed, silent }: RolloutCounts): number {
  return confirmed + fellBack + failed + silent
}
