// Which release a device gets, or why it gets none. Pure: rows and a clock reading in, one answer out.

import {
  compareVersions,
  type DeviceOutcome,
  type DeviceStatus,
  isPastSupport,
  type RolloutState,
  type Support,
  type WhyNot,
} from '@sealift/protocol'
import { isMember } from './membership.ts'
import { SIGNATURE_FAULTS } from './stop-rule.ts'

export type AssignableDevice = {
  readonly id: string
  readonly hardwareId: string
  readonly status: DeviceStatus
  /** Undefined until it has said what it runs. */
  readonly runs: Running | undefined
}

export type Running = {
  readonly version: string
  readonly securityCounter: number
  /** Undefined when it runs something that was never published here. */
  readonly releaseCounter: number | undefined
}

export type AssignableRelease = {
  readonly version: string
  readonly releaseCounter: number
  readonly securityCounter: number
  readonly hardwareIds: readonly string[]
}

/** A rollout of the device's product, begun at some time, with its release and the device's standing in it. */
export type Candidate<R extends AssignableRelease> = {
  readonly rolloutId: string
  readonly state: Exclude<RolloutState, 'planned'>
  readonly threshold: number
  /** Grows when devices that failed are to try again. */
  readonly attempt: number
  readonly createdAtMs: number
  readonly release: R
  readonly standing: DeviceStanding | undefined
}

export type DeviceStanding = {
  readonly outcome: DeviceOutcome
  readonly attempt: number
  readonly faultCode: string | null
}

export type Offer<R> = { readonly release: R; readonly rolloutId: string; readonly attempt: number }
export type Refusal<R> = { readonly whyNot: WhyNot; readonly about?: Omit<Offer<R>, 'attempt'> }
export type Answer<R> = Offer<R> | Refusal<R>

/**
 * The newest release that a rollout brings to this device. A release that it may not have, or not yet, or that its owner
 * does not want, does not stand in the way of an older one that is still news to it.
 */
export function assign<R extends AssignableRelease>(
  device: AssignableDevice,
  product: { readonly support: Support },
  candidates: readonly Candidate<R>[],
  nowMs: number,
): Answer<R> {
  if (device.status !== 'enrolled') return { whyNot: 'retired' }
  if (isPastSupport(product.support, nowMs)) return { whyNot: 'past_support' }
  if (!device.runs) return { whyNot: 'offline' }

  const { runs } = device
  const notOlder = candidates.filter(({ release }) => orderOf(release, runs) >= 0)
  if (notOlder.length === 0) return { whyNot: 'no_match' }
  const newer = notOlder.filter(({ release }) => orderOf(release, runs) > 0).sort(newestFirst)

  const answers = newer.map((candidate) => ({ candidate, reason: reasonAgainst(candidate, device, runs) }))
  const chosen = answers.find(({ reason }) => reason === undefined) ?? answers.find(isRefusedByOwner)
  if (chosen) {
    const { release, rolloutId } = chosen.candidate
    return { release, rolloutId, attempt: attemptOf(chosen.candidate) }
  }
  return refusalOf(answers)
}

type Considered<R extends AssignableRelease> = {
  readonly candidate: Candidate<R>
  readonly reason: WhyNot | undefined
}

function refusalOf<R extends AssignableRelease>(answers: readonly Considered<R>[]): Refusal<R> {
  for (const whyNot of RANK) {
    const about = answers.find(({ reason }) => reason === whyNot)?.candidate
    if (about) return { whyNot, about: { release: about.release, rolloutId: about.rolloutId } }
  }
  return { whyNot: 'up_to_date' }
}

// With nothing else to offer, the offer stands: the owner may think again, and the device keeps to what he said until then.
function isRefusedByOwner({ reason }: { reason: WhyNot | undefined }): boolean {
  return reason === 'owner_refused'
}

// Of several reasons the one to tell: first what passes, then what a person can change, then what is final.
const RANK: readonly WhyNot[] = [
  'wave_not_reached',
  'paused',
  'held_back',
  'signature_failed',
  'stopped',
  'aborted',
  'floor_version',
  'unsupported',
]

function reasonAgainst(
  candidate: Candidate<AssignableRelease>,
  device: AssignableDevice,
  runs: Running,
): WhyNot | undefined {
  const { release, state } = candidate
  if (!release.hardwareIds.includes(device.hardwareId)) return 'unsupported'
  if (release.securityCounter < runs.securityCounter) return 'floor_version'
  if (state === 'aborted' || state === 'stopped' || state === 'paused') return state
  if (!isMember(candidate.threshold, candidate.rolloutId, device.id)) return 'wave_not_reached'
  return reasonInStanding(candidate)
}

function reasonInStanding({ standing, attempt }: Candidate<AssignableRelease>): WhyNot | undefined {
  if (standing?.outcome === 'refused-by-owner') return 'owner_refused'
  if (!standing || !isTriedInVain(standing) || standing.attempt < attempt) return undefined
  return SIGNATURE_FAULTS.some((code) => code === standing.faultCode) ? 'signature_failed' : 'held_back'
}

/** A number that the device has not tried yet, when it is to try again; else the one it is at. */
function attemptOf({ standing, attempt }: Candidate<AssignableRelease>): number {
  return standing && !isRetryable(standing) ? standing.attempt : attempt
}

function isTriedInVain({ outcome }: DeviceStanding): boolean {
  return outcome === 'failed' || outcome === 'fell-back'
}

// A silent device keeps its offer, and may be offered a second try.
function isRetryable(standing: DeviceStanding): boolean {
  return isTriedInVain(standing) || standing.outcome === 'silent'
}

// What was never published here has no counter: then the version has to tell.
function orderOf(release: AssignableRelease, runs: Running): number {
  if (runs.releaseCounter !== undefined) return release.releaseCounter - runs.releaseCounter
  return compareVersions(release.version, runs.version)
}

// Of two rollouts of one release, the later is the operator's present will.
function newestFirst(have: Candidate<AssignableRelease>, want: Candidate<AssignableRelease>): number {
  return want.release.releaseCounter - have.release.releaseCounter || want.createdAtMs - have.createdAtMs
}
