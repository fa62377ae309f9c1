// The heartbeat of the rollouts: notice silence, judge, begin the next wave, finish. Called about once a second.

import { DeviceOutcome } from '@sealift/protocol'
import type { House } from '../house.ts'
import { appendJournal, SERVER } from '../journal/append.ts'
import { jsonText, readJsonText } from '../store/json-text.ts'
import type { RolloutRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { type Advance, advance } from './advance.ts'
import { beginWave } from './begin-wave.ts'
import { standingOf } from './count.ts'

/** A device that is online asks within two polls, whatever jitter it has. */
const ASKS_WITHIN_POLLS = 2

/** A finished rollout is looked after only while its late devices come and go. */
const LATELY_MS = 60_000

type Tended = { readonly silenced: readonly string[]; readonly changed: boolean }

/** Each rollout in a transaction of its own, so that devices and people need not wait for all of them. */
export async function tick(house: House): Promise<void> {
  for (const id of await rolloutsToTend(house)) {
    const { silenced, changed } = await house.store.transaction().execute((trx) => tend(trx, house, id))
    for (const device of silenced) house.live.tell({ kind: 'device', id: device })
    if (!changed && silenced.length === 0) continue
    house.live.tell({ kind: 'rollout', id })
    house.live.tell({ kind: 'journal', id: 'journal' })
  }
}

// Rollouts grow many over the years, and most of them rest.
async function rolloutsToTend({ store, clock, startedAtMs }: House): Promise<readonly string[]> {
  const nowMs = clock.nowMs()
  const latelyMs = nowMs - startedAtMs < LATELY_MS ? 0 : nowMs - LATELY_MS
  const rows = await store
    .selectFrom('rollout')
    .select('rollout.id')
    .where(({ eb, and, or, exists, selectFrom }) => {
      const devices = selectFrom('rollout_device').select('device_id').whereRef('rollout_id', '=', 'rollout.id')
      return or([
        eb('state', '=', 'running'),
        and([eb('state', 'not in', ['planned', 'aborted']), exists(devices.where('outcome', '=', 'booting'))]),
        and([
          eb('state', '=', 'finished'),
          exists(devices.where('outcome', 'in', DeviceOutcome.enum).where('since_ms', '>=', latelyMs)),
        ]),
      ])
    })
    .execute()
  return rows.map(({ id }) => id)
}

async function tend(trx: Trx, house: House, id: string): Promise<Tended> {
  const nowMs = house.clock.nowMs()
  const rollout = await trx.selectFrom('rollout').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const silenced = await markSilent(trx, rollout, nowMs, house.startedAtMs)
  const step = await nextStep(trx, house, rollout, nowMs)
  await takeStep(trx, rollout, step, nowMs)
  return { silenced, changed: step.do !== 'stay' }
}

// While this server was not running nobody could speak, so the time of silence begins with it.
async function markSilent(
  trx: Trx,
  rollout: RolloutRow,
  nowMs: number,
  listeningSinceMs: number,
): Promise<readonly string[]> {
  const { silentAfterMs } = readJsonText(rollout.stop_rule)
  if (nowMs - listeningSinceMs < silentAfterMs) return []
  const silenced = await trx
    .updateTable('rollout_device')
    .set({ outcome: 'silent', since_ms: nowMs })
    .where('rollout_id', '=', rollout.id)
    .where('outcome', '=', 'booting')
    .where('since_ms', '<=', nowMs - silentAfterMs)
    .returning('device_id')
    .execute()
  for (const { device_id } of silenced) {
    const facts = { rollout: rollout.id, silentAfterMs }
    await appendJournal(trx, nowMs, { actor: SERVER, action: 'device.silent', subject: device_id, facts })
  }
  return silenced.map(({ device_id }) => device_id)
}

async function nextStep(trx: Trx, house: House, rollout: RolloutRow, nowMs: number): Promise<Advance> {
  const { state } = rollout
  if (state !== 'running' && state !== 'finished') return { do: 'stay' }
  const stopRule = readJsonText(rollout.stop_rule)
  return advance(
    {
      state,
      waves: readJsonText(rollout.waves),
      wave: rollout.wave,
      waveStartedAtMs: rollout.wave_started_at_ms ?? nowMs,
      stopRule,
      due: rollout.due,
    },
    await standingOf(trx, rollout, heardSinceMs(nowMs, stopRule.silentAfterMs, house.startedAtMs)),
    {
      nowMs,
      listeningSinceMs: house.startedAtMs,
      askedWithinMs: ASKS_WITHIN_POLLS * house.settings.pollMs,
    },
  )
}

// A restarted server gives those under way the whole time again to be heard of.
function heardSinceMs(nowMs: number, silentAfterMs: number, listeningSinceMs: number): number {
  const sinceMs = nowMs - silentAfterMs
  return sinceMs < listeningSinceMs ? 0 : sinceMs
}

async function takeStep(trx: Trx, rollout: RolloutRow, step: Advance, nowMs: number): Promise<void> {
  const change = (values: { state: RolloutRow['state']; wave?: number; stop_reason?: RolloutRow['stop_reason'] }) =>
    trx.updateTable('rollout').set(values).where('id', '=', rollout.id).execute()
  const note = (action: string, facts = {}) =>
    appendJournal(trx, nowMs, { actor: SERVER, action, subject: rollout.id, facts })
  switch (step.do) {
    case 'stay':
      return
    case 'stop': {
      const { rule, seen, limit } = step.reason
      await change({ state: 'stopped', stop_reason: jsonText(step.reason) })
      await note('rollout.stopped', { rule, seen, limit })
      return
    }
    case 'next':
      await beginWave(trx, rollout, step.wave, nowMs)
      await note('rollout.wave-begun', { wave: step.wave + 1 })
      return
    case 'finish':
      await change({ state: 'finished', wave: readJsonText(rollout.waves).length })
      await note('rollout.finished')
  }
}
