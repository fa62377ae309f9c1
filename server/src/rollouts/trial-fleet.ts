// A fleet for tests: devices that are rows with a key, and ask and report when they are told to.

import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  type Actor,
  type JournalEntry,
  type ReleaseClass,
  type Report,
  type ReportEvent,
  type RolloutAction,
  type RolloutPlan,
  type RolloutView,
  type SignedReport,
  type Support,
  targetPathOf,
} from '@sealift/protocol'
import { signReport } from '@sealift/trust'
import type { House } from '../house.ts'
import { readJournal } from '../journal/audit.ts'
import { collect } from '../reports/collect.ts'
import { jsonText } from '../store/json-text.ts'
import type { DeviceRow } from '../store/schema.ts'
import { TrialHouse } from '../trial/trial-house.ts'
import { type Assignment, assignDevice } from './assign-device.ts'
import { actOnRollout, planRollout } from './rollouts.ts'
import { tick } from './tick.ts'
import { viewRollout } from './view.ts'

export const PRODUCT = 'lamp'
export const HARDWARE = 'lamp-1'
export const POLL_MS = 1000
const OPERATOR: Actor = { kind: 'person', id: 'trial' }

const SUPPORT: Support = {
  general_availability: '2026-01-01T00:00:00Z',
  end_of_sales: 'tba',
  end_of_security_support: 'tba',
  end_of_life: 'tba',
  last_updated: '2026-01-01T00:00:00Z',
}

/** What becomes of an update on a device. `brick`: it goes to boot and is not heard of again. */
export type Fate = 'well' | 'fell-back' | 'brick' | 'forged'

export type Told = Partial<Omit<Report, 'deviceId' | 'event'>>

export class TrialFleet {
  readonly trial: TrialHouse
  /** Replaced when the server is started again. */
  house: House
  /** In the order of their names. */
  readonly devices: DeviceRow[] = []
  private readonly keys = new Map<string, KeyObject>()
  private readonly seqs = new Map<string, number>()
  private readonly runs = new Map<string, string>()

  private constructor(trial: TrialHouse) {
    this.trial = trial
    this.house = trial.house
  }

  /** All of them run 1.0.0 and have said so. */
  static async open(devices: number): Promise<TrialFleet> {
    const fleet = new TrialFleet(await TrialHouse.open({ settings: { pollMs: POLL_MS } }))
    await fleet.house.store
      .insertInto('product')
      .values({
        id: PRODUCT,
        name: 'Lamp',
        hardware_ids: jsonText([HARDWARE]),
        support: jsonText(SUPPORT),
        created_at_ms: fleet.nowMs,
      })
      .execute()
    await fleet.release('1.0.0')
    await fleet.enrol(devices)
    return fleet
  }

  get nowMs(): number {
    return this.trial.clock.nowMs()
  }

  async close(): Promise<void> {
    await this.trial.close()
  }

  /** The server is killed and started again on the same store. */
  restart(): void {
    this.house = { ...this.house, startedAtMs: this.nowMs }
  }

  /** Published without an image: nobody here downloads anything. The major number is the release counter. */
  async release(version: string, releaseClass: ReleaseClass = 'security', securityCounter = 1): Promise<void> {
    const releaseCounter = Number.parseInt(version, 10)
    await this.house.store
      .insertInto('release')
      .values({
        product: PRODUCT,
        version,
        release_counter: releaseCounter,
        security_counter: securityCounter,
        class: releaseClass,
        details: jsonText({
          product: PRODUCT,
          version,
          releaseCounter,
          securityCounter,
          hardwareIds: [HARDWARE],
          class: releaseClass,
          notes: { summary: '', risk: '', removes: '' },
          reboot: true,
          durationS: 0,
          format: 'raw' as const,
        }),
        target_path: targetPathOf(PRODUCT, version),
        length_bytes: 1,
        sha256: digestOf(version),
        published_at_ms: this.nowMs,
      })
      .execute()
  }

  async enrol(count: number, running: string | null = '1.0.0'): Promise<readonly DeviceRow[]> {
    const first = this.devices.length
    const rows = Array.from({ length: count }, (_, i): DeviceRow => {
      const id = `${PRODUCT}-${String(first + i).padStart(5, '0')}`
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      this.keys.set(id, privateKey)
      return {
        id,
        product: PRODUCT,
        hardware_id: HARDWARE,
        status: 'enrolled',
        certificate_fingerprint: digestOf(id),
        public_key_spki: publicKey.export({ type: 'spki', format: 'der' }),
        serial: null,
        enrolled_at_ms: this.nowMs,
      }
    })
    await this.house.store.transaction().execute(async (trx) => {
      for (const row of rows) {
        await trx.insertInto('device').values(row).execute()
        await trx
          .insertInto('device_state')
          .values({ device_id: row.id, ...(running !== null && runningColumns(running)) })
          .execute()
      }
    })
    for (const { id } of rows) if (running !== null) this.runs.set(id, running)
    this.devices.push(...rows)
    return rows
  }

  async plan(plan: Partial<RolloutPlan> & { version: string }): Promise<RolloutView> {
    return await planRollout(this.house, OPERATOR, { product: PRODUCT, ...plan })
  }

  async act(rollout: { readonly id: string }, action: RolloutAction): Promise<RolloutView> {
    return await actOnRollout(this.house, OPERATOR, rollout.id, action)
  }

  async view({ id }: { readonly id: string }): Promise<RolloutView> {
    return await viewRollout(this.house.store, id)
  }

  async tick(): Promise<void> {
    await tick(this.house)
  }

  /** Time goes on, and with it the rollouts. */
  async pass(durationMs: number): Promise<void> {
    await this.trial.clock.advance(durationMs)
    await this.tick()
  }

  /** One device checks in. */
  async ask(device: DeviceRow): Promise<Assignment> {
    return await this.house.store.transaction().execute((trx) => assignDevice(trx, device, this.nowMs))
  }

  /** Devices of `of` that are offered something when all of them check in. */
  async offered(of: readonly DeviceRow[] = this.devices): Promise<DeviceRow[]> {
    const offered: DeviceRow[] = []
    for (const device of of) if ((await this.ask(device)).release) offered.push(device)
    return offered
  }

  report(device: Pick<DeviceRow, 'id'>, event: ReportEvent, told: Told = {}): SignedReport {
    const seq = this.seqs.get(device.id) ?? 0
    const version = this.runs.get(device.id) ?? '1.0.0'
    const key = this.keys.get(device.id)
    assert(key, 'a device of this fleet')
    return signReport(
      {
        deviceId: device.id,
        seq,
        atMs: this.nowMs,
        bootCount: 1,
        running: { version, sha256: digestOf(version), securityCounter: 1 },
        step: 'rest',
        event,
        ...told,
      },
      key,
    )
  }

  async tell(device: DeviceRow, event: ReportEvent, told: Told = {}): Promise<void> {
    const report = this.report(device, event, told)
    await collect(this.house, device, [report])
    this.seqs.set(device.id, report.signed.seq + 1)
  }

  /** The device checks in and, when it is offered something, takes it to its end. */
  async update(device: DeviceRow, fate: Fate): Promise<void> {
    const { release } = await this.ask(device)
    if (!release) return
    const of = { release: { version: release.version, sha256: release.sha256 } }
    const old = this.runs.get(device.id) ?? '1.0.0'
    if (fate === 'forged') {
      const fault = { code: 'verify.threshold', facts: {} }
      await this.tell(device, 'refused', { step: 'verify', fault })
      return
    }
    await this.tell(device, 'installed', { step: 'install', ...of })
    if (fate === 'brick') return
    this.runs.set(device.id, release.version)
    await this.tell(device, 'booted', { step: 'confirm', ...of })
    if (fate === 'well') return await this.tell(device, 'confirmed', of)
    this.runs.set(device.id, old)
    await this.tell(device, 'fell-back', { ...of, fault: { code: 'confirm.unhealthy', facts: {} } })
  }

  async updateAll(of: readonly DeviceRow[], fate: Fate): Promise<void> {
    for (const device of of) await this.update(device, fate)
  }

  async journal(): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = []
    for await (const entry of readJournal(this.house.store)) entries.push(entry)
    return entries
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function runningColumns(version: string) {
  return { running_version: version, running_sha256: digestOf(version), running_security_counter: 1 }
}
