// What an operator sees before the start: how far each wave reaches, and how many devices a bad release could get.

import { needsOwner, type ReleaseClass, type RolloutPreview, type StopRule, type Wave } from '@sealift/protocol'
import { countBelow, type Lots, thresholdsOf } from './reach.ts'

export type Previewed = {
  readonly product: string
  readonly version: string
  readonly class: ReleaseClass
  readonly waves: readonly Wave[]
  readonly stopRule: StopRule
  readonly lots: Lots
  readonly firstWave: readonly string[]
}

export function previewOf({ lots, waves, ...of }: Previewed): RolloutPreview {
  const thresholds = thresholdsOf(
    waves.map(({ size }) => size),
    lots,
  )
  return {
    product: of.product,
    version: of.version,
    waves: waves.map(({ name, holdMs }, i) => ({ name, holdMs, devices: countBelow(thresholds[i] ?? 0, lots.all) })),
    stopRule: of.stopRule,
    devices: lots.all.length,
    worstCase: worstCaseOf(thresholds, lots),
    needsOwner: needsOwner(of.class),
    firstWave: [...of.firstWave],
  }
}

/**
 * Devices that a release which fails wherever it is installed can reach: all of the first wave that it is news to anybody
 * in. They may all take it before the first of them is at its end, so no minimum of the rules makes the figure smaller;
 * and no later wave begins before one of them is well (advance.ts), so none makes it larger.
 *
 * It is no promise about a release that fails on some devices only: such a one can pass a small wave by luck, and the
 * rules stop it later. Nor about devices that enrol while the wave runs.
 */
export function worstCaseOf(thresholds: readonly number[], { due }: Lots): number {
  return thresholds.map((threshold) => countBelow(threshold, due)).find((devices) => devices > 0) ?? 0
}
