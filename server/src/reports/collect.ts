// Take the word of a device: proved by its own key, kept once, and answered when it is durable (guarantee G4).

import { createHash, createPublicKey } from 'node:crypto'
import { type Actor, Fault, isFaultCode, type Report, type ReportsAccepted, type SignedReport } from '@sealift/protocol'
import { canonicalJson, verifyReport } from '@sealift/trust'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { jsonText } from '../store/json-text.ts'
import type { DeviceRow, DeviceStateChange, DeviceStateRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { changeBy, type Part, type PartChange } from './meant.ts'
import { belongsInJournal, textOf, toldAtMs } from './told.ts'

/** Reports, and lines of its timeline, that are remembered of one device. */
export const REMEMBERED_MAX = 500

type Proved = { readonly report: Report; readonly digest: string }

/** What a batch changed, for those who watch. */
type Kept = { readonly reports: readonly Report[]; readonly rollouts: ReadonlySet<string>; readonly journaled: boolean }

/**
 * Either all of the batch is kept or none of it. What was kept before is acknowledged again and changes nothing.
 *
 * @throws {Fault} `report.signature` (attack 14), `report.replay` (attack 32); both are in the journal then
 */
export async function collect(
  house: House,
  device: DeviceRow,
  reports: readonly SignedReport[],
): Promise<ReportsAccepted> {
  const nowMs = house.clock.nowMs()
  try {
    const proved = reports
      .map((report) => prove(device, report))
      .sort((have, want) => have.report.seq - want.report.seq)
    const kept = await house.store.transaction().execute((trx) => keepAll(trx, device, proved, nowMs))
    tell(house, device, kept)
    return { acceptedSeq: Math.max(...proved.map(({ report }) => report.seq)) }
  } catch (error) {
    if (error instanceof Fault && error.code.startsWith('report.')) await noteRefusal(house, device, error, nowMs)
    throw error
  }
}

/** Somebody with the certificate of one device must not speak for another. */
function prove(device: DeviceRow, signed: SignedReport): Proved {
  if (signed.signed.deviceId !== device.id) {
    throw new Fault('report.signature', { device: signed.signed.deviceId, sentBy: device.id })
  }
  const key = createPublicKey({ key: Buffer.from(device.public_key_spki), format: 'der', type: 'spki' })
  const report = verifyReport(signed, key)
  return { report, digest: createHash('sha256').update(canonicalJson(report)).digest('hex') }
}

async function keepAll(trx: Trx, device: DeviceRow, batch: readonly Proved[], nowMs: number): Promise<Kept> {
  const state = await trx
    .selectFrom('device_state')
    .selectAll()
    .where('device_id', '=', device.id)
    .executeTakeFirstOrThrow()
  const news = await newsOf(trx, device, batch, state)
  const parts = new Map((await partsOf(trx, device.id)).map((part) => [part.rolloutId, part]))
  const rollouts = new Set<string>()
  let journaled = false
  for (const { report, digest } of news) {
    await trx.insertInto('report').values({ device_id: device.id, seq: report.seq, digest }).execute()
    await addToTimeline(trx, device, report, nowMs)
    const change = report.seq > state.report_seq ? changeBy(report, [...parts.values()]) : undefined
    if (change) {
      await changePart(trx, device.id, parts, change, nowMs)
      rollouts.add(change.rolloutId)
    }
    if (!belongsInJournal(report)) continue
    await appendJournal(trx, nowMs, { actor: actorOf(device), ...lineOf(report) })
    journaled = true
  }
  const reports = news.map(({ report }) => report)
  const last = reports.at(-1)
  if (last && last.seq > state.report_seq) await changeState(trx, device.id, last)
  if (last) await forgetOldest(trx, device.id, Math.max(last.seq, state.report_seq))
  return { reports, rollouts, journaled }
}

// The number was taken before: the same word again is a repeat, another word is another device under this name.
async function newsOf(
  trx: Trx,
  device: DeviceRow,
  batch: readonly Proved[],
  state: DeviceStateRow,
): Promise<readonly Proved[]> {
  const seqs = batch.map(({ report }) => report.seq)
  const known = await trx
    .selectFrom('report')
    .select(['seq', 'digest'])
    .where('device_id', '=', device.id)
    .where('seq', 'in', seqs)
    .execute()
  const digests = new Map(known.map(({ seq, digest }) => [seq, digest]))
  return batch.filter(({ report, digest }) => {
    const before = digests.get(report.seq)
    if (before !== undefined && before !== digest) {
      throw new Fault('report.replay', { device: device.id, seq: report.seq })
    }
    digests.set(report.seq, digest)
    return before === undefined && report.seq > state.report_seq - REMEMBERED_MAX
  })
}

async function partsOf(trx: Trx, deviceId: string): Promise<readonly Part[]> {
  return await trx
    .selectFrom('rollout_device')
    .innerJoin('rollout', 'rollout.id', 'rollout_device.rollout_id')
    .innerJoin('release', 'release.id', 'rollout.release_id')
    .where('rollout_device.device_id', '=', deviceId)
    .select([
      'rollout.id as rolloutId',
      'release.sha256',
      'rollout.created_at_ms as createdAtMs',
      'rollout_device.outcome',
    ])
    .execute()
}

async function changePart(
  trx: Trx,
  deviceId: string,
  parts: Map<string, Part>,
  { rolloutId, outcome, faultCode }: PartChange,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('rollout_device')
    .set({ outcome, since_ms: nowMs, fault_code: faultCode })
    .where('rollout_id', '=', rolloutId)
    .where('device_id', '=', deviceId)
    .execute()
  const part = parts.get(rolloutId)
  if (part) parts.set(rolloutId, { ...part, outcome })
}

async function addToTimeline(trx: Trx, device: DeviceRow, report: Report, nowMs: number): Promise<void> {
  await trx
    .insertInto('timeline')
    .values({
      device_id: device.id,
      at_ms: toldAtMs(report, device.enrolled_at_ms, nowMs),
      event: report.event,
      step: report.step,
      version: report.release?.version ?? null,
      fault: report.fault ? jsonText(report.fault) : null,
      text: textOf(report),
    })
    .execute()
}

async function changeState(trx: Trx, deviceId: string, report: Report): Promise<void> {
  const { running, progress, fault, release } = report
  const change: DeviceStateChange = {
    running_version: running.version,
    running_sha256: running.sha256,
    running_security_counter: running.securityCounter,
    boot_count: report.bootCount,
    step: report.step,
    event: report.event,
    progress_done_bytes: progress?.doneBytes ?? null,
    progress_of_bytes: progress?.ofBytes ?? null,
    fault: fault ? jsonText(fault) : null,
    release_version: release?.version ?? null,
    report_seq: report.seq,
    ...whyNotBy(report),
  }
  await trx.updateTable('device_state').set(change).where('device_id', '=', deviceId).execute()
}

// Whoever is at work has no reason any more; whoever says nothing of it leaves the reason as it is.
function whyNotBy({ event, whyNot }: Report): Pick<DeviceStateChange, 'why_not'> {
  if (whyNot) return { why_not: whyNot }
  return event === 'progress' || event === 'installed' || event === 'booted' ? { why_not: null } : {}
}

async function forgetOldest(trx: Trx, deviceId: string, seqLast: number): Promise<void> {
  await trx
    .deleteFrom('report')
    .where('device_id', '=', deviceId)
    .where('seq', '<=', seqLast - REMEMBERED_MAX)
    .execute()
  await trx
    .deleteFrom('timeline')
    .where('device_id', '=', deviceId)
    .where('id', '<=', ({ selectFrom }) =>
      selectFrom('timeline as kept')
        .select('kept.id')
        .where('kept.device_id', '=', deviceId)
        .orderBy('kept.id', 'desc')
        .offset(REMEMBERED_MAX)
        .limit(1),
    )
    .execute()
}

function lineOf({ deviceId, event, seq, release, fault }: Report) {
  const facts = { seq, ...(release && { version: release.version }), ...(fault && { fault: fault.code }) }
  return { action: `device.${event}`, subject: deviceId, facts }
}

function actorOf(device: DeviceRow): Actor {
  return { kind: 'device', id: device.id }
}

async function noteRefusal(house: House, device: DeviceRow, { code, facts }: Fault, nowMs: number): Promise<void> {
  const line = {
    actor: actorOf(device),
    action: 'report.refused',
    subject: device.id,
    facts: { ...facts, fault: code },
  }
  await house.store.transaction().execute((trx) => appendJournal(trx, nowMs, line))
  house.live.tell({ kind: 'journal', id: 'journal' })
}

function tell(house: House, device: DeviceRow, { reports, rollouts, journaled }: Kept): void {
  if (reports.length === 0) return
  for (const { event, fault } of reports) {
    house.metrics.reports.inc({ event })
    // A device may make up codes; each would be a series of its own.
    if (fault) house.metrics.faults.inc({ code: isFaultCode(fault.code) ? fault.code : 'other' })
  }
  house.live.tell({ kind: 'device', id: device.id })
  for (const id of rollouts) house.live.tell({ kind: 'rollout', id })
  if (journaled) house.live.tell({ kind: 'journal', id: 'journal' })
}
