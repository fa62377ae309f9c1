// Rollouts as people see them.

import { Fault, type RolloutView } from '@sealift/protocol'
import { readJsonText } from '../store/json-text.ts'
import type { RolloutRow } from '../store/schema.ts'
import type { Store, Trx } from '../store/store.ts'
import { countsOf, type OutcomeCounts, outcomesOf } from './count.ts'

type ViewRow = RolloutRow & { readonly version: string }

/** Newest first. */
export async function listRollouts(store: Store): Promise<readonly RolloutView[]> {
  const rows = await rolloutsWithVersion(store).orderBy('rollout.created_at_ms', 'desc').orderBy('rollout.id').execute()
  const counts = await outcomesOf(
    store,
    rows.map(({ id }) => id),
  )
  const devices = await devicesByProduct(store)
  return rows.map((row) => viewOf(row, devices.get(row.product) ?? 0, counts.get(row.id)))
}

/** @throws {Fault} `assign.unknown` */
export async function viewRollout(asked: Store | Trx, id: string): Promise<RolloutView> {
  const row = await rolloutsWithVersion(asked).where('rollout.id', '=', id).executeTakeFirst()
  if (!row) throw new Fault('assign.unknown', { rollout: id })
  const counts = await outcomesOf(asked, [id])
  const devices = await devicesByProduct(asked, row.product)
  return viewOf(row, devices.get(row.product) ?? 0, counts.get(id))
}

function rolloutsWithVersion(asked: Store | Trx) {
  return asked
    .selectFrom('rollout')
    .innerJoin('release', 'release.id', 'rollout.release_id')
    .selectAll('rollout')
    .select('release.version')
}

async function devicesByProduct(asked: Store | Trx, product?: string): Promise<ReadonlyMap<string, number>> {
  const groups = await asked
    .selectFrom('device')
    .where('status', '=', 'enrolled')
    .$if(product !== undefined, (query) => query.where('product', '=', product ?? ''))
    .groupBy('product')
    .select(({ fn }) => ['product', fn.countAll<number>().as('devices')])
    .execute()
  return new Map(groups.map(({ product, devices }) => [product, devices]))
}

function viewOf(row: ViewRow, devices: number, counts: OutcomeCounts = countsOf([])): RolloutView {
  return {
    id: row.id,
    product: row.product,
    version: row.version,
    state: row.state,
    waves: [...readJsonText(row.waves)],
    wave: row.wave,
    waveStartedAtMs: row.wave_started_at_ms,
    stopRule: readJsonText(row.stop_rule),
    stopReason: row.stop_reason === null ? null : readJsonText(row.stop_reason),
    counts: { devices, inWave: row.reached, ...counts },
    createdAtMs: row.created_at_ms,
  }
}
