// Answer one device: look up what is known of it, decide, and remember an offer when it is first made.

import type { WhyNot } from '@sealift/protocol'
import { appendJournal, SERVER } from '../journal/append.ts'
import { readJsonText } from '../store/json-text.ts'
import type { DeviceRow, DeviceStateRow, ReleaseRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { type Answer, type AssignableRelease, assign, type Candidate, type Offer, type Running } from './assign.ts'

export type Assignment = {
  readonly release?: ReleaseRow
  readonly rolloutId?: string
  /** 0 when there is no release. */
  readonly attempt: number
  readonly whyNot?: WhyNot
}

export type KnownRelease = AssignableRelease & { readonly row: ReleaseRow }
export type KnownCandidate = Candidate<KnownRelease>

/** What a decision about a device was made from, and the decision. */
export type Consideration = {
  readonly state: DeviceStateRow
  readonly candidates: readonly KnownCandidate[]
  readonly answer: Answer<KnownRelease>
}

/** Which release the device gets now. Costs two look-ups and no write while nothing changes. */
export async function assignDevice(trx: Trx, device: DeviceRow, nowMs: number): Promise<Assignment> {
  const { candidates, answer } = await considerDevice(trx, device, nowMs)
  if ('whyNot' in answer) return { attempt: 0, whyNot: answer.whyNot }
  await rememberOffer(trx, device, answer, candidates, nowMs)
  return { release: answer.release.row, rolloutId: answer.rolloutId, attempt: answer.attempt }
}

/** The same without remembering anything. */
export async function considerDevice(trx: Trx, device: DeviceRow, nowMs: number): Promise<Consideration> {
  const known = await trx
    .selectFrom('device_state')
    .innerJoin('product', (join) => join.on('product.id', '=', device.product))
    .leftJoin('release', (join) =>
      join.on('release.product', '=', device.product).onRef('release.version', '=', 'device_state.running_version'),
    )
    .where('device_state.device_id', '=', device.id)
    .selectAll('device_state')
    .select(['product.support', 'release.release_counter'])
    .executeTakeFirstOrThrow()
  const { support, release_counter, ...state } = known
  const runs = runningOf(state, release_counter)
  const candidates = await candidatesOf(trx, device, release_counter)
  const answer = assign(
    { id: device.id, hardwareId: device.hardware_id, status: device.status, runs },
    { support: readJsonText(support) },
    candidates,
    nowMs,
  )
  return { state, candidates, answer }
}

function runningOf(state: DeviceStateRow, releaseCounter: number | null): Running | undefined {
  if (state.running_version === null) return undefined
  return {
    version: state.running_version,
    securityCounter: state.running_security_counter ?? 0,
    releaseCounter: releaseCounter ?? undefined,
  }
}

// Rollouts of releases that are older than the running one can never be the answer, and there are ever more of them.
async function candidatesOf(
  trx: Trx,
  device: DeviceRow,
  runningCounter: number | null,
): Promise<readonly KnownCandidate[]> {
  const rows = await trx
    .selectFrom('rollout')
    .innerJoin('release', 'release.id', 'rollout.release_id')
    .leftJoin('rollout_device', (join) =>
      join.onRef('rollout_device.rollout_id', '=', 'rollout.id').on('rollout_device.device_id', '=', device.id),
    )
    .where('rollout.product', '=', device.product)
    .where('rollout.state', '!=', 'planned')
    .where('release.release_counter', '>=', runningCounter ?? 0)
    .selectAll('release')
    .select([
      'rollout.id as rollout_id',
      'rollout.state',
      'rollout.threshold',
      'rollout.attempt',
      'rollout.created_at_ms',
      'rollout_device.outcome',
      'rollout_device.attempt as device_attempt',
      'rollout_device.fault_code',
    ])
    .execute()
  return rows.map(candidateOf)
}

type CandidateRow = ReleaseRow & {
  rollout_id: string
  state: string
  threshold: number
  attempt: number
  created_at_ms: number
  outcome: NonNullable<KnownCandidate['standing']>['outcome'] | null
  device_attempt: number | null
  fault_code: string | null
}

function candidateOf(joined: CandidateRow): KnownCandidate {
  const { rollout_id, state, threshold, attempt, created_at_ms, outcome, device_attempt, fault_code, ...row } = joined
  return {
    rolloutId: rollout_id,
    state: state as KnownCandidate['state'],
    threshold,
    attempt,
    createdAtMs: created_at_ms,
    release: {
      version: row.version,
      releaseCounter: row.release_counter,
      securityCounter: row.security_counter,
      hardwareIds: readJsonText(row.details).hardwareIds,
      row,
    },
    standing: outcome === null ? undefined : { outcome, attempt: device_attempt ?? 0, faultCode: fault_code },
  }
}

async function rememberOffer(
  trx: Trx,
  device: DeviceRow,
  { release, rolloutId, attempt }: Offer<KnownRelease>,
  candidates: readonly KnownCandidate[],
  nowMs: number,
): Promise<void> {
  const standing = candidates.find((candidate) => candidate.rolloutId === rolloutId)?.standing
  if (standing && standing.attempt >= attempt) return
  const offered = { outcome: 'offered' as const, attempt, since_ms: nowMs, fault_code: null }
  await trx
    .insertInto('rollout_device')
    .values({ rollout_id: rolloutId, device_id: device.id, ...offered })
    .onConflict((conflict) => conflict.columns(['rollout_id', 'device_id']).doUpdateSet(offered))
    .execute()
  await appendJournal(trx, nowMs, {
    actor: SERVER,
    action: 'device.offered',
    subject: device.id,
    facts: { rollout: rolloutId, version: release.version, attempt },
  })
}
