// One device as people see it: who it is, what it last said, and when.

import type { DeviceView, FaultView, WhyNot } from '@sealift/protocol'
import type { House } from '../house.ts'
import { readJsonText } from '../store/json-text.ts'
import type { DeviceRow, DeviceStateRow } from '../store/schema.ts'
import type { Store, Trx } from '../store/store.ts'
import { silentBeforeMs } from './silence.ts'

export type DeviceWithState = Pick<DeviceRow, 'id' | 'product' | 'hardware_id' | 'status' | 'enrolled_at_ms'> &
  Omit<DeviceStateRow, 'device_id'>

const STATE_COLUMNS = [
  'last_seen_ms',
  'running_version',
  'running_sha256',
  'running_security_counter',
  'boot_count',
  'step',
  'event',
  'progress_done_bytes',
  'progress_of_bytes',
  'fault',
  'why_not',
  'wanted_version',
  'rollout_id',
  'report_seq',
  'release_version',
] as const satisfies readonly (keyof DeviceStateRow)[]

export function devicesWithState(store: Store | Trx) {
  return store
    .selectFrom('device')
    .innerJoin('device_state', 'device_state.device_id', 'device.id')
    .select(['device.id', 'device.product', 'device.hardware_id', 'device.status', 'device.enrolled_at_ms'])
    .select(STATE_COLUMNS)
}

export function viewOf(house: House, row: DeviceWithState): DeviceView {
  const lastSeenMs = house.seen.sinceFlush(row.id) ?? row.last_seen_ms
  const isSilent = (lastSeenMs ?? row.enrolled_at_ms) < silentBeforeMs(house)
  return {
    id: row.id,
    product: row.product,
    hardwareId: row.hardware_id,
    status: row.status,
    enrolledAtMs: row.enrolled_at_ms,
    lastSeenMs,
    running: runningOf(row),
    wanted: row.wanted_version,
    rolloutId: row.rollout_id,
    step: row.step,
    progress: progressOf(row),
    fault: faultOf(row),
    whyNot: whyNotOf(row, isSilent),
    bootCount: row.boot_count,
  }
}

// Who it is comes before whether it is heard of, and that before what it last said.
function whyNotOf({ status, why_not }: DeviceWithState, isSilent: boolean): WhyNot | null {
  if (status !== 'enrolled') return 'retired'
  return isSilent ? 'offline' : why_not
}

function runningOf(row: DeviceWithState): DeviceView['running'] {
  const { running_version: version, running_sha256: sha256, running_security_counter: securityCounter } = row
  return version === null || sha256 === null || securityCounter === null ? null : { version, sha256, securityCounter }
}

function progressOf({ progress_done_bytes, progress_of_bytes }: DeviceWithState): DeviceView['progress'] {
  return progress_done_bytes === null || progress_of_bytes === null
    ? null
    : { doneBytes: progress_done_bytes, ofBytes: progress_of_bytes }
}

function faultOf({ fault }: DeviceWithState): FaultView | null {
  return fault === null ? null : readJsonText(fault)
}
