// The fleet in figures. Retired devices are no part of it.

import type { FleetView } from '@sealift/protocol'
import type { House } from '../house.ts'
import type { Store } from '../store/store.ts'
import { conditionsOf } from './shown.ts'

export async function viewFleet(house: House): Promise<FleetView> {
  // What was heard since the last flush counts as well.
  await house.seen.flush(house.store)
  const conditions = await conditionsOf(house)
  const figures = await fleet(house.store)
    .select((eb) => [
      eb.fn.countAll<number>().as('devices'),
      eb.fn.countAll<number>().filterWhere(conditions.silent(eb)).as('silent'),
      eb.fn.countAll<number>().filterWhere(conditions['past-support'](eb)).as('pastSupport'),
      eb.fn.countAll<number>().filterWhere(conditions['awaiting-owner'](eb)).as('awaitingOwner'),
      eb.fn.countAll<number>().filterWhere(conditions.faulty(eb)).as('faulty'),
    ])
    .executeTakeFirstOrThrow()
  return { ...figures, byVersion: await countByVersion(house.store), byStep: await countByStep(house.store) }
}

function fleet(store: Store) {
  return store
    .selectFrom('device')
    .innerJoin('device_state', 'device_state.device_id', 'device.id')
    .where('device.status', '!=', 'retired')
}

// A device that never said what it runs is in no bar.
async function countByVersion(store: Store): Promise<FleetView['byVersion']> {
  return await fleet(store)
    .where('running_version', 'is not', null)
    .groupBy(['product', 'running_version'])
    .select(({ fn }) => ['product', 'running_version as version', fn.countAll<number>().as('devices')])
    .$narrowType<{ version: string }>()
    .orderBy('product')
    .orderBy('devices', 'desc')
    .execute()
}

async function countByStep(store: Store): Promise<FleetView['byStep']> {
  return await fleet(store)
    .groupBy('step')
    .select(({ fn }) => ['step', fn.countAll<number>().as('devices')])
    .orderBy('devices', 'desc')
    .execute()
}
