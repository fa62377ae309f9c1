// Which rollout a report speaks of, and what it changes there. Pure.

import type { DeviceOutcome, Report } from '@sealift/protocol'
import { isEnd, outcomeAfter } from '../rollouts/outcome.ts'

/** The device's part in one rollout. */
export type Part = {
  readonly rolloutId: string
  /** Of the release that the rollout brings. */
  readonly sha256: string
  readonly createdAtMs: number
  readonly outcome: DeviceOutcome
}

export type PartChange = {
  readonly rolloutId: string
  readonly outcome: DeviceOutcome
  readonly faultCode: string | null
}

/** Undefined when nothing changes; a change to the same outcome says that the device was heard of. */
export function changeBy(report: Report, parts: readonly Part[]): PartChange | undefined {
  const part = meantBy(report, parts)
  if (!part) return undefined
  const outcome = outcomeAfter(part.outcome, report, part.sha256)
  if (outcome === part.outcome && isEnd(outcome)) return undefined
  const faultCode = isEnd(outcome) && outcome !== 'confirmed' ? (report.fault?.code ?? null) : null
  return { rolloutId: part.rolloutId, outcome, faultCode }
}

// The digest tells, where the report names one; else it is about what the device is at. Of several the latest.
function meantBy({ release }: Report, parts: readonly Part[]): Part | undefined {
  return parts
    .filter(({ sha256, outcome }) => (release ? sha256 === release.sha256 : !isEnd(outcome)))
    .toSorted((have, want) => want.createdAtMs - have.createdAtMs)[0]
}
