// What becomes of a rollout now: stay, stop, begin the next wave, or finish. Pure; rollouts.ts acts.

import type { RolloutState, StopReason, StopRule, Wave } from '@sealift/protocol'
import { type Ends, judge } from './stop-rule.ts'

export type Watched = {
  readonly state: Extract<RolloutState, 'running' | 'finished'>
  readonly waves: readonly Wave[]
  /** Index of the wave under way; the number of waves when all are done. */
  readonly wave: number
  readonly waveStartedAtMs: number
  readonly stopRule: StopRule
  /** Members that the release was news to when the wave began. */
  readonly due: number
}

export type Standing = Ends & {
  /** Also those from before the moment since which the rollout is judged. */
  readonly confirmedEver: number
  /** Devices that took the offer up, or were offered it, and were heard of lately. Whoever waits for an owner is not. */
  readonly underWay: number
}

export type Reading = {
  readonly nowMs: number
  /** When this server began to listen. */
  readonly listeningSinceMs: number
  /** Within so long every device that is online has asked at least once. */
  readonly askedWithinMs: number
}

export type Advance =
  | { do: 'stay' }
  | { do: 'stop'; reason: StopReason }
  | { do: 'next'; wave: number }
  | { do: 'finish' }

/**
 * A wave is over when it was watched for its time, everybody online has been offered the release, nobody is under way,
 * and it has shown at least one device that is well. Devices that are offline or whose owner has not answered do not
 * hold it up; but a wave in which nothing was learned teaches nothing, so the first confirmed device is waited for.
 */
export function advance(rollout: Watched, standing: Standing, reading: Reading): Advance {
  const settled = standing.underWay === 0 && everybodyAsked(rollout, reading)
  const reason = judge(standing, rollout.stopRule, settled, reading.nowMs)
  if (reason) return { do: 'stop', reason }
  if (rollout.state === 'finished' || !settled) return { do: 'stay' }
  const wave = rollout.waves[rollout.wave]
  if (!wave || reading.nowMs - rollout.waveStartedAtMs < wave.holdMs) return { do: 'stay' }
  if (rollout.due > 0 && standing.confirmedEver === 0) return { do: 'stay' }
  return rollout.wave + 1 < rollout.waves.length ? { do: 'next', wave: rollout.wave + 1 } : { do: 'finish' }
}

// After a restart the devices get their time anew: while nobody listened, nobody could ask.
function everybodyAsked(rollout: Watched, reading: Reading): boolean {
  return reading.nowMs - Math.max(rollout.waveStartedAtMs, reading.listeningSinceMs) >= reading.askedWithinMs
}
