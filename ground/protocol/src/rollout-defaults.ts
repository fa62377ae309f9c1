// How a rollout goes when nobody says otherwise.

import type { StopRule, Wave } from './rollout.ts'

const DAY_MS = 86_400_000

/** Waves by default: lab 10 devices, then 1, 5, 25, 50 and 100 percent, a day each. */
export const DEFAULT_WAVES: readonly Wave[] = [
  { name: 'lab', size: { devices: 10 }, holdMs: DAY_MS },
  { name: '1 %', size: { percent: 1 }, holdMs: DAY_MS },
  { name: '5 %', size: { percent: 5 }, holdMs: DAY_MS },
  { name: '25 %', size: { percent: 25 }, holdMs: DAY_MS },
  { name: '50 %', size: { percent: 50 }, holdMs: DAY_MS },
  { name: 'all', size: { percent: 100 }, holdMs: DAY_MS },
]

export const DEFAULT_STOP_RULE: StopRule = {
  failedPercent: 2,
  rolledBackPercent: 1,
  silentPercent: 1,
  devicesMin: 20,
  silentAfterMs: 15 * 60_000,
  signatureFailure: true,
}
