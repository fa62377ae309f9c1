// What the counters of the fleet count, and the lists behind them show: one definition for both.

import { type DeviceQuery, isPastSupport } from '@sealift/protocol'
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { House } from '../house.ts'
import { readJsonText } from '../store/json-text.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { silentBeforeMs } from './silence.ts'

export type Shown = NonNullable<DeviceQuery['show']>

type Condition = (
  eb: ExpressionBuilder<Database, 'device' | 'device_state'>,
) => ExpressionWrapper<Database, 'device' | 'device_state', SqlBool>

export async function conditionsOf(house: House): Promise<Readonly<Record<Shown, Condition>>> {
  const silentBefore = silentBeforeMs(house)
  const pastSupport = await productsPastSupport(house.store, house.clock.nowMs())
  return {
    silent: (eb) => eb(eb.fn.coalesce('device_state.last_seen_ms', 'device.enrolled_at_ms'), '<', silentBefore),
    faulty: (eb) => eb('device_state.fault', 'is not', null),
    'awaiting-owner': (eb) => eb('device_state.event', 'in', ['awaiting-owner', 'owner-deferred']),
    'past-support': (eb) => eb('device.product', 'in', pastSupport),
  }
}

async function productsPastSupport(store: Store, nowMs: number): Promise<readonly string[]> {
  const products = await store.selectFrom('product').select(['id', 'support']).execute()
  return products.filter(({ support }) => isPastSupport(readJsonText(support), nowMs)).map(({ id }) => id)
}
