// Ask the rollouts about one device without offering it anything, and explain their answer.

import { type Explanation, Fault } from '@sealift/protocol'
import type { House } from '../house.ts'
import { considerDevice } from '../rollouts/assign-device.ts'
import { devicesWithState, viewOf } from './device-view.ts'
import { type Answered, explain } from './explain.ts'

/** @throws {Fault} `assign.unknown` */
export async function explainDevice(house: House, id: string): Promise<Explanation> {
  const nowMs = house.clock.nowMs()
  return await house.store.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('device').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw new Fault('assign.unknown', { device: id })
    const view = viewOf(house, await devicesWithState(trx).where('device.id', '=', id).executeTakeFirstOrThrow())
    const { answer, candidates } = await considerDevice(trx, row, nowMs)
    const about = 'whyNot' in answer ? answer.about : answer
    const answered: Answered = {
      whyNot: 'whyNot' in answer ? answer.whyNot : undefined,
      version: about?.release.version,
      rolloutId: about?.rolloutId,
      outcome: candidates.find(({ rolloutId }) => rolloutId === about?.rolloutId)?.standing?.outcome,
    }
    return explain(view, answered)
  })
}
