// Find devices, look at one, retire one.

import {
  type Actor,
  type DeviceDetail,
  type DevicePage,
  type DeviceQuery,
  type DeviceView,
  Fault,
  type TimelineEntry,
} from '@sealift/protocol'
import { sql } from 'kysely'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { readJsonText } from '../store/json-text.ts'
import type { TimelineRow } from '../store/schema.ts'
import { devicesWithState, viewOf } from './device-view.ts'
import { conditionsOf } from './shown.ts'

const LIMIT = 50
const TIMELINE_MAX = 200

/** In the order of their ids, page by page. Each condition narrows the list. */
export async function listDevices(house: House, query: DeviceQuery): Promise<DevicePage> {
  const limit = query.limit ?? LIMIT
  const { search, product, rollout, show, after } = query
  let found = devicesWithState(house.store)
    .orderBy('device.id')
    .limit(limit + 1)
  if (after !== undefined) found = found.where('device.id', '>', after)
  if (product !== undefined) found = found.where('device.product', '=', product)
  if (search !== undefined && search !== '') {
    found = found.where(({ eb, or }) =>
      or(
        (['device.id', 'device.product', 'device.hardware_id', 'device_state.running_version'] as const).map((column) =>
          eb(sql<number>`instr(${eb.ref(column)}, ${search})`, '>', 0),
        ),
      ),
    )
  }
  if (rollout !== undefined) {
    found = found.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('rollout_device')
          .select('rollout_device.device_id')
          .whereRef('rollout_device.device_id', '=', 'device.id')
          .where('rollout_device.rollout_id', '=', rollout),
      ),
    )
  }
  if (show !== undefined) {
    const conditions = await conditionsOf(house)
    found = found.where('device.status', '!=', 'retired').where(conditions[show])
  }
  const rows = await found.execute()
  const devices = rows.slice(0, limit).map((row) => viewOf(house, row))
  return { devices, nextAfter: rows.length > limit ? (devices.at(-1)?.id ?? null) : null }
}

/** With its timeline, newest first. @throws {Fault} `assign.unknown` */
export async function viewDevice(house: House, id: string): Promise<DeviceDetail> {
  const device = await findDevice(house, id)
  const timeline = await house.store
    .selectFrom('timeline')
    .selectAll()
    .where('device_id', '=', id)
    .orderBy('id', 'desc')
    .limit(TIMELINE_MAX)
    .execute()
  return { device, timeline: timeline.map(entryOf) }
}

/** Its certificate is refused from now on. Retiring it again changes nothing. @throws {Fault} `assign.unknown` */
export async function retireDevice(house: House, actor: Actor, id: string): Promise<DeviceView> {
  const nowMs = house.clock.nowMs()
  const retired = await house.store.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('device')
      .set({ status: 'retired' })
      .where('id', '=', id)
      .where('status', '!=', 'retired')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await appendJournal(trx, nowMs, { actor, action: 'device.retired', subject: id })
    return true
  })
  const device = await findDevice(house, id)
  if (retired) {
    house.live.tell({ kind: 'device', id })
    house.live.tell({ kind: 'journal', id: 'journal' })
  }
  return device
}

async function findDevice(house: House, id: string): Promise<DeviceView> {
  const row = await devicesWithState(house.store).where('device.id', '=', id).executeTakeFirst()
  if (!row) throw new Fault('assign.unknown', { device: id })
  return viewOf(house, row)
}

function entryOf({ at_ms, event, step, version, fault, text }: TimelineRow): TimelineEntry {
  return { atMs: at_ms, event, step, version, fault: fault === null ? null : readJsonText(fault), text }
}
