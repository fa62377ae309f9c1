// The rollouts that want a look now: those that go on or wait, and a stopped one until something newer took its place.

import type { RolloutView } from '@sealift/protocol'

export function openRollouts(rollouts: readonly RolloutView[]): readonly RolloutView[] {
  return rollouts.filter((rollout) => {
    if (rollout.state === 'stopped') return !rollouts.some((other) => tookThePlaceOf(other, rollout))
    return rollout.state === 'running' || rollout.state === 'paused'
  })
}

function tookThePlaceOf(newer: RolloutView, older: RolloutView): boolean {
  return newer.product === older.product && newer.createdAtMs > older.createdAtMs && newer.state !== 'planned'
}
