// Reports on real SQLite: proved, kept once, all or nothing, and remembered in bounds.

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEVICE_ROUTES, type SignedReport } from '@sealift/protocol'
import { signReport } from '@sealift/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf, TrialFleet } from '../rollouts/trial-fleet.ts'
import type { DeviceRow } from '../store/schema.ts'
import { openStore } from '../store/store.ts'
import { collect, REMEMBERED_MAX } from './collect.ts'

let fleet: TrialFleet
let device: DeviceRow
let other: DeviceRow

beforeEach(async () => {
  fleet = await TrialFleet.open(2)
  const [first, second] = fleet.devices
  if (!first || !second) throw new Error('no devices')
  device = first
  other = second
})

afterEach(() => fleet.close())

const send = (...reports: SignedReport[]) => collect(fleet.house, device, reports)
const report = (seq: number, event: Parameters<TrialFleet['report']>[1] = 'idle', told = {}) =>
  fleet.report(device, event, { seq, ...told })

const kept = async () => {
  const rows = await fleet.house.store.selectFrom('report').select('seq').where('device_id', '=', device.id).execute()
  return rows.map(({ seq }) => seq)
}
const timeline = async () =>
  await fleet.house.store.selectFrom('timeline').selectAll().where('device_id', '=', device.id).orderBy('id').execute()
const state = async () =>
  await fleet.house.store
    .selectFrom('device_state')
    .selectAll()
    .where('device_id', '=', device.id)
    .executeTakeFirstOrThrow()

test('a batch is kept in the order of its numbers, and acknowledged to its last', async () => {
  const progress = (seq: number, doneBytes: number) =>
    report(seq, 'progress', { step: 'download', progress: { doneBytes, ofBytes: 100 } })
  expect(await send(progress(2, 80), progress(0, 0), progress(1, 40))).toEqual({ acceptedSeq: 2 })
  expect(await kept()).toEqual([0, 1, 2])
  expect((await timeline()).map(({ text }) => text)).toEqual(['downloads, 0 %', 'downloads, 40 %', 'downloads, 80 %'])
  expect(await state()).toMatchObject({ report_seq: 2, step: 'download', progress_done_bytes: 80 })
})

test('what a device says of itself is what people see', async () => {
  const running = { version: '1.5.0', sha256: digestOf('1.5.0'), securityCounter: 3 }
  const fault = { code: 'install.space', facts: { needBytes: 5 } }
  await send(report(0, 'refused', { running, fault, bootCount: 9, step: 'install', whyNot: 'held_back' }))
  expect(await state()).toMatchObject({
    running_version: '1.5.0',
    running_sha256: digestOf('1.5.0'),
    running_security_counter: 3,
    boot_count: 9,
    step: 'install',
    fault: JSON.stringify(fault),
    why_not: 'held_back',
  })
  await send(report(1, 'progress', { step: 'download' }))
  expect(await state()).toMatchObject({ fault: null, why_not: null })
})

test('the same report again is acknowledged and changes nothing, also within one batch', async () => {
  const said = report(0, 'confirmed')
  await send(said, said)
  expect(await send(said)).toEqual({ acceptedSeq: 0 })
  expect(await send(said, report(1))).toEqual({ acceptedSeq: 1 })
  expect(await kept()).toEqual([0, 1])
  expect(await timeline()).toHaveLength(2)
  expect((await fleet.journal()).filter(({ action }) => action === 'device.confirmed')).toHaveLength(1)
})

test('attack 32 cloned identity: a number that comes again with other words is refused with its whole batch', async () => {
  await send(report(0, 'idle'))
  await expect(send(report(0, 'confirmed'), report(1))).rejects.toMatchObject({ code: 'report.replay' })
  await expect(send(report(1, 'idle'), report(1, 'confirmed'))).rejects.toMatchObject({ code: 'report.replay' })
  expect(await kept()).toEqual([0])
  expect((await fleet.journal()).filter(({ action }) => action === 'report.refused')).toMatchObject([
    { actor: { kind: 'device', id: device.id }, facts: { fault: 'report.replay', seq: 0 } },
    { facts: { fault: 'report.replay', seq: 1 } },
  ])
})

test('attack 14 forged report: nobody speaks for another device', async () => {
  const foreign = fleet.report(other, 'confirmed', { seq: 0 })
  await expect(send(foreign)).rejects.toMatchObject({ code: 'report.signature', facts: { sentBy: device.id } })
  const renamed = { signed: { ...foreign.signed, deviceId: device.id }, signature: foreign.signature }
  await expect(send(renamed)).rejects.toMatchObject({ code: 'report.signature' })
  expect(await kept()).toEqual([])
  expect((await fleet.journal()).map(({ action }) => action)).toEqual(expect.arrayContaining(['report.refused']))
})

test('attack 14 forged report: a word changed on the way, or another key, is refused', async () => {
  const said = report(0, 'fell-back')
  const changed = { ...said, signed: { ...said.signed, event: 'confirmed' as const } }
  await expect(send(changed)).rejects.toMatchObject({ code: 'report.signature' })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  await expect(send(signReport(said.signed, privateKey))).rejects.toMatchObject({ code: 'report.signature' })
  await expect(send({ ...said, signature: 'AAAA' })).rejects.toMatchObject({ code: 'report.signature' })
  expect(await kept()).toEqual([])
})

test('a batch with one bad report keeps none of it', async () => {
  const bad = { ...report(1), signature: 'AAAA' }
  await expect(send(report(0), bad, report(2))).rejects.toMatchObject({ code: 'report.signature' })
  expect(await kept()).toEqual([])
  expect(await state()).toMatchObject({ report_seq: -1 })
})

test('numbers may be left out, and one that comes late is kept but changes no more than the timeline', async () => {
  await send(report(5, 'idle', { bootCount: 5 }))
  expect(await send(report(3, 'progress', { step: 'boot', bootCount: 3 }))).toEqual({ acceptedSeq: 3 })
  expect(await kept()).toEqual([3, 5])
  expect(await state()).toMatchObject({ report_seq: 5, boot_count: 5, step: 'rest' })
})

test('only the latest are remembered, and what was forgotten is not taken for new', async () => {
  const first = report(0)
  await send(first)
  for (let seq = 1; seq <= REMEMBERED_MAX + 20; seq += 60) {
    await send(...Array.from({ length: 60 }, (_, i) => report(seq + i)))
  }
  expect(await timeline()).toHaveLength(REMEMBERED_MAX)
  expect(await kept()).toHaveLength(REMEMBERED_MAX)
  const before = await timeline()
  expect(await send(first)).toEqual({ acceptedSeq: 0 })
  expect(await timeline()).toEqual(before)
})

test('whoever watches is told of the device and its rollout, after the commit', async () => {
  await fleet.release('2.0.0')
  const rollout = await fleet.plan({ version: '2.0.0', waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] })
  await fleet.act(rollout, 'start')
  await fleet.ask(device)
  const watcher = fleet.house.live.watch()
  await send(report(0, 'booted', { release: { version: '2.0.0', sha256: digestOf('2.0.0') } }))
  expect(watcher?.take()).toEqual([
    { kind: 'device', id: device.id },
    { kind: 'rollout', id: rollout.id },
    { kind: 'journal', id: 'journal' },
  ])
})

test('codes that a device makes up are counted under one name', async () => {
  const made = (code: string) => ({ fault: { code, facts: {} } })
  await send(
    report(0, 'refused', made('made.up-1')),
    report(1, 'refused', made('made.up-2')),
    report(2, 'refused', made('verify.floor')),
  )
  const metrics = await fleet.house.metrics.registry.metrics()
  expect(metrics).toContain('sealift_faults_total{code="other"} 2')
  expect(metrics).toContain('sealift_faults_total{code="verify.floor"} 1')
  expect(metrics).not.toContain('made.up')
})

test('the route takes reports as they are signed, and refuses what is not of their form', async () => {
  const post = (payload: object) =>
    fleet.trial.as(
      { fingerprint: device.certificate_fingerprint },
      { method: 'POST', url: DEVICE_ROUTES.reports, payload },
    )
  const accepted = await post({ reports: [report(0)] })
  expect([accepted.statusCode, accepted.json()]).toEqual([200, { acceptedSeq: 0 }])
  expect((await post({ reports: [] })).statusCode).toBe(400)
  expect((await post({ reports: [{ ...report(1), extra: 1 }] })).statusCode).toBe(400)
  const fraction = { ...report(1), signed: { ...report(1).signed, fault: { code: 'x', facts: { share: 0.5 } } } }
  expect((await post({ reports: [fraction] })).statusCode).toBe(400)
  const forged = await post({ reports: [{ ...report(1), signature: 'AAAA' }] })
  expect([forged.statusCode, forged.json().code]).toEqual([403, 'report.signature'])
  const replayed = await post({ reports: [report(0, 'confirmed')] })
  expect([replayed.statusCode, replayed.json().code]).toEqual([409, 'report.replay'])
  expect((await post({ reports: Array.from({ length: 64 }, (_, i) => report(i + 1)) })).json()).toEqual({
    acceptedSeq: 64,
  })
})

test('what was acknowledged is there once after the store was closed and opened again, sent twice (G4)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealift-reports-'))
  try {
    const file = join(folder, 'sealift.db')
    const reports = [report(0), report(1, 'progress', { step: 'download' }), report(2, 'confirmed')]
    const reopened = async <T>(use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>) => {
      const store = await openStore(file)
      try {
        return await use(store)
      } finally {
        await store.destroy()
      }
    }
    await reopened(async (store) => {
      await copyFleet(store)
      await collect({ ...fleet.house, store }, device, reports)
    })
    await reopened(async (store) => {
      expect(await collect({ ...fleet.house, store }, device, reports)).toEqual({ acceptedSeq: 2 })
      const told = await store.selectFrom('timeline').select('event').orderBy('id').execute()
      expect(told.map(({ event }) => event)).toEqual(['idle', 'progress', 'confirmed'])
      await expect(collect({ ...fleet.house, store }, device, [report(2, 'idle')])).rejects.toMatchObject({
        code: 'report.replay',
      })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function copyFleet(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  const product = await fleet.house.store.selectFrom('product').selectAll().executeTakeFirstOrThrow()
  await store.insertInto('product').values(product).execute()
  await store.insertInto('device').values(device).execute()
  await store.insertInto('device_state').values({ device_id: device.id }).execute()
}
