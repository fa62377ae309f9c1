// Count where the devices of a rollout stand. Each query is answered from an index.

import type { DeviceOutcome, RolloutCounts } from '@sealift/protocol'
import { sql } from 'kysely'
import type { RolloutRow } from '../store/schema.ts'
import type { Store, Trx } from '../store/store.ts'
import type { Standing } from './advance.ts'
import { SIGNATURE_FAULTS } from './stop-rule.ts'

const UNDER_WAY: readonly DeviceOutcome[] = ['offered', 'installing', 'booting']
const ILL: readonly DeviceOutcome[] = ['fell-back', 'failed', 'silent']

/** @param heardSinceMs  who is under way, but said nothing since, holds nobody up */
export async function standingOf(trx: Trx, rollout: RolloutRow, heardSinceMs: number): Promise<Standing> {
  const groups = await trx
    .selectFrom('rollout_device')
    .where('rollout_id', '=', rollout.id)
    .groupBy('outcome')
    .select(({ fn }) => [
      'outcome',
      fn.countAll<number>().as('devices'),
      sql<number>`sum(since_ms >= ${heardSinceMs})`.as('heard'),
      sql<number>`sum(since_ms >= ${rollout.judged_since_ms})`.as('judged'),
    ])
    .execute()
  const { ill, signatureFailures } = await illOf(trx, rollout)
  return {
    underWay: sum(groups.filter(({ outcome }) => UNDER_WAY.includes(outcome)).map(({ heard }) => heard)),
    confirmed: sum(groups.filter(({ outcome }) => outcome === 'confirmed').map(({ judged }) => judged)),
    confirmedEver: sum(groups.filter(({ outcome }) => outcome === 'confirmed').map(({ devices }) => devices)),
    fellBack: ill('fell-back'),
    failed: ill('failed'),
    silent: ill('silent'),
    signatureFailures,
  }
}

// Those of an earlier attempt are to try again, and count for nothing until they have.
async function illOf(trx: Trx, rollout: RolloutRow) {
  const groups = await trx
    .selectFrom('rollout_device')
    .where('rollout_id', '=', rollout.id)
    .where('outcome', 'in', ILL)
    .where('since_ms', '>=', rollout.judged_since_ms)
    .where('attempt', '>=', rollout.attempt)
    .groupBy(['outcome', 'fault_code'])
    .select(({ fn }) => ['outcome', 'fault_code', fn.countAll<number>().as('devices')])
    .execute()
  const ofSignature = groups.filter(
    ({ outcome, fault_code }) => outcome === 'failed' && SIGNATURE_FAULTS.some((code) => code === fault_code),
  )
  return {
    ill: (wanted: DeviceOutcome) =>
      sum(groups.filter(({ outcome }) => outcome === wanted).map(({ devices }) => devices)),
    signatureFailures: sum(ofSignature.map(({ devices }) => devices)),
  }
}

export type OutcomeCounts = Omit<RolloutCounts, 'devices' | 'inWave'>

/** By rollout, for people: everything that ever came of it. Rollouts that reached nobody yet are not in it. */
export async function outcomesOf(
  asked: Store | Trx,
  rolloutIds: readonly string[],
): Promise<ReadonlyMap<string, OutcomeCounts>> {
  if (rolloutIds.length === 0) return new Map()
  const groups = await asked
    .selectFrom('rollout_device')
    .where('rollout_id', 'in', rolloutIds)
    .groupBy(['rollout_id', 'outcome'])
    .select(({ fn }) => ['rollout_id', 'outcome', fn.countAll<number>().as('devices')])
    .execute()
  const byRollout = Map.groupBy(groups, ({ rollout_id }) => rollout_id)
  return new Map([...byRollout].map(([id, ofRollout]) => [id, countsOf(ofRollout)]))
}

type Group = { readonly outcome: DeviceOutcome; readonly devices: number }

export function countsOf(groups: readonly Group[]): OutcomeCounts {
  const count = (...wanted: DeviceOutcome[]) =>
    sum(groups.filter(({ outcome }) => wanted.includes(outcome)).map(({ devices }) => devices))
  return {
    offered: sum(groups.map(({ devices }) => devices)),
    waiting: count('awaiting-owner', 'refused-by-owner'),
    underWay: count(...UNDER_WAY),
    confirmed: count('confirmed'),
    fellBack: count('fell-back'),
    failed: count('failed'),
    silent: count('silent'),
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
