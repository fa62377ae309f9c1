// Which rollouts a report speaks of, and what it changes in them. Pure.

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

/**
 * @param wantedBy  the rollout whose release the device is to run, where there is one
 * @returns         changes, also when the outcome stays and the device was only heard of
 */
export function changesBy(report: Report, parts: readonly Part[], wantedBy: string | null): readonly PartChange[] {
  return meantBy(report, parts, wantedBy).flatMap((part) => {
    const outcome = outcomeAfter(part.outcome, report, part.sha256)
    if (outcome === part.outcome && isEnd(outcome)) return []
    const faultCode = isEnd(outcome) && outcome !== 'confirmed' ? (report.fault?.code ?? null) : null
    return [{ rolloutId: part.rolloutId, outcome, faultCode }]
  })
}

// By the digest, when the report names one: of several rollouts of one release, the latest. Else by what is going on.
function meantBy({ release }: Report, parts: readonly Part[], wantedBy: string | null): readonly Part[] {
  if (!release) {
    return parts.filter(({ rolloutId, outcome }) => !isEnd(outcome) && (rolloutId === wantedBy || isBooting(outcome)))
  }
  const ofRelease = parts.filter(({ sha256 }) => sha256 === release.sha256)
  const [latest] = ofRelease.toSorted((have, want) => want.createdAtMs - have.createdAtMs)
  return latest ? [latest] : []
}

// The image on trial is no longer wanted of the device: it runs it.
function isBooting(outcome: DeviceOutcome): boolean {
  return outcome === 'booting' || outcome === 'silent'
}
