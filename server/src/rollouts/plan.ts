// What a plan means when it leaves things out, and the name of the rollout that it becomes.

import { createHash } from 'node:crypto'
import { DEFAULT_STOP_RULE, DEFAULT_WAVES, type RolloutPlan, type StopRule, type Wave } from '@sealift/protocol'

export function wavesOf({ waves }: RolloutPlan): readonly Wave[] {
  return waves ?? DEFAULT_WAVES
}

export function stopRuleOf({ stopRule }: RolloutPlan): StopRule {
  return { ...DEFAULT_STOP_RULE, ...stopRule }
}

/**
 * The id decides the draw, so it is known before the rollout is made: a preview names the very devices of its first wave.
 *
 * @param earlier  how many rollouts this release has had
 */
export function rolloutIdOf(product: string, version: string, earlier: number): string {
  return `r-${createHash('sha256').update(`${product}/${version}/${earlier}`).digest('hex').slice(0, 10)}`
}

/** One line for the journal. */
export function wavesText(waves: readonly Wave[]): string {
  return waves.map(({ size }) => ('devices' in size ? `${size.devices} devices` : `${size.percent} %`)).join(', ')
}
