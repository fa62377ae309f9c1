// Begin a wave: draw the lots of the fleet as it is now, and cut where the wave's size says.

import { Fault } from '@sealift/protocol'
import { readJsonText } from '../store/json-text.ts'
import type { ReleaseRow, RolloutRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { thresholdOf } from './membership.ts'
import { countBelow, type Drawn, drawLots } from './reach.ts'

export async function beginWave(trx: Trx, rollout: RolloutRow, wave: number, nowMs: number): Promise<void> {
  const size = readJsonText(rollout.waves)[wave]?.size
  if (!size) throw new Fault('assign.state', { rollout: rollout.id, wave, why: 'no such wave' })
  const release = await trx
    .selectFrom('release')
    .selectAll()
    .where('id', '=', rollout.release_id)
    .executeTakeFirstOrThrow()
  const lots = await drawLots(trx, drawnOf(rollout.id, release))
  const threshold = thresholdOf(size, lots.all, rollout.threshold)
  await trx
    .updateTable('rollout')
    .set({
      state: 'running',
      wave,
      wave_started_at_ms: nowMs,
      threshold,
      reached: countBelow(threshold, lots.all),
      due: countBelow(threshold, lots.due),
    })
    .where('id', '=', rollout.id)
    .execute()
}

export function drawnOf(rolloutId: string, release: ReleaseRow): Drawn {
  return {
    rolloutId,
    product: release.product,
    version: release.version,
    releaseCounter: release.release_counter,
    hardwareIds: readJsonText(release.details).hardwareIds,
  }
}
