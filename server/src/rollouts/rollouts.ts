// What operators do with rollouts: look ahead, plan, start, pause, resume, abort, retry. Each step is in the journal.

import {
  type Actor,
  Fault,
  type RolloutAction,
  type RolloutPlan,
  type RolloutPreview,
  type RolloutView,
} from '@sealift/protocol'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { jsonText, readJsonText } from '../store/json-text.ts'
import type { ReleaseRow, RolloutRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { beginWave, drawnOf } from './begin-wave.ts'
import { rolloutIdOf, stopRuleOf, wavesOf, wavesText } from './plan.ts'
import { previewOf } from './preview.ts'
import { drawLots, firstMembers, thresholdsOf } from './reach.ts'
import { stateAfter } from './transition.ts'
import { viewRollout } from './view.ts'

/** What a preview names of its first wave. */
const FIRST_WAVE_MAX = 100

/**
 * What this plan would do to the fleet as it is.
 * @throws {Fault} `assign.unknown`
 */
export async function previewRollout(house: House, plan: RolloutPlan): Promise<RolloutPreview> {
  return await house.store.transaction().execute(async (trx) => {
    const release = await releaseOf(trx, plan)
    const earlier = await earlierRollouts(trx, release)
    const drawn = drawnOf(rolloutIdOf(plan.product, plan.version, earlier.length), release)
    const lots = await drawLots(trx, drawn)
    const waves = wavesOf(plan)
    const sizes = waves.map(({ size }) => size)
    const firstWave = await firstMembers(trx, drawn, thresholdsOf(sizes, lots)[0] ?? 0, FIRST_WAVE_MAX)
    const { product, version } = plan
    return previewOf({ product, version, class: release.class, waves, stopRule: stopRuleOf(plan), lots, firstWave })
  })
}

/**
 * Make a rollout; nobody is offered anything until it is started.
 * @throws {Fault} `assign.unknown`, and `assign.state` when this release has a rollout that was not aborted
 */
export async function planRollout(house: House, actor: Actor, plan: RolloutPlan): Promise<RolloutView> {
  const nowMs = house.clock.nowMs()
  const view = await house.store.transaction().execute(async (trx) => {
    const release = await releaseOf(trx, plan)
    const earlier = await earlierRollouts(trx, release)
    const open = earlier.find(({ state }) => state !== 'aborted')
    if (open) throw new Fault('assign.state', { rollout: open.id, state: open.state, why: 'abort it first' })
    const id = rolloutIdOf(plan.product, plan.version, earlier.length)
    const waves = wavesOf(plan)
    await trx
      .insertInto('rollout')
      .values({
        id,
        product: plan.product,
        release_id: release.id,
        state: 'planned',
        waves: jsonText(waves),
        wave: 0,
        wave_started_at_ms: null,
        threshold: 0,
        stop_rule: jsonText(stopRuleOf(plan)),
        stop_reason: null,
        // Devices remember the attempt that failed; a new rollout is a new wish.
        attempt: Math.max(-1, ...earlier.map(({ attempt }) => attempt)) + 1,
        created_at_ms: nowMs,
      })
      .execute()
    const facts = { product: plan.product, version: plan.version, waves: wavesText(waves) }
    await appendJournal(trx, nowMs, { actor, action: 'rollout.planned', subject: id, facts })
    return await viewRollout(trx, id)
  })
  tell(house, view.id)
  return view
}

const DONE: Readonly<Record<RolloutAction, string>> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  abort: 'aborted',
  'retry-failed': 'retried',
}

/**
 * Pausing, stopping and aborting withdraw the offer at the next check-in of each device; resuming offers it to the same
 * devices again. Resuming what a rule has stopped, and retrying, take back what stopped it.
 *
 * @throws {Fault} `assign.unknown`, `assign.state`
 */
export async function actOnRollout(
  house: House,
  actor: Actor,
  id: string,
  action: RolloutAction,
): Promise<RolloutView> {
  const nowMs = house.clock.nowMs()
  const view = await house.store.transaction().execute(async (trx) => {
    const rollout = await rolloutOf(trx, id)
    const waves = readJsonText(rollout.waves).length
    const state = stateAfter({ state: rollout.state, wave: rollout.wave, waves }, action)
    if (!state) throw new Fault('assign.state', { rollout: id, state: rollout.state, action })
    if (action === 'start') await beginWave(trx, rollout, 0, nowMs)
    else
      await trx
        .updateTable('rollout')
        .set(changeOf(rollout, action, nowMs))
        .set({ state })
        .where('id', '=', id)
        .execute()
    const facts = { before: rollout.state, after: state }
    await appendJournal(trx, nowMs, { actor, action: `rollout.${DONE[action]}`, subject: id, facts })
    return await viewRollout(trx, id)
  })
  tell(house, id)
  return view
}

// The watch over a wave begins anew: while the rollout stood still nobody was watched, and devices need time to ask.
function changeOf(rollout: RolloutRow, action: RolloutAction, nowMs: number) {
  const anew = { wave_started_at_ms: nowMs, stop_reason: null }
  if (action === 'retry-failed') return { ...anew, attempt: rollout.attempt + 1 }
  if (action !== 'resume') return {}
  return rollout.state === 'stopped' ? { ...anew, judged_since_ms: nowMs } : anew
}

async function releaseOf(trx: Trx, { product, version }: RolloutPlan): Promise<ReleaseRow> {
  const release = await trx
    .selectFrom('release')
    .selectAll()
    .where('product', '=', product)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!release) throw new Fault('assign.unknown', { product, version })
  return release
}

async function earlierRollouts(trx: Trx, release: ReleaseRow): Promise<readonly RolloutRow[]> {
  return await trx
    .selectFrom('rollout')
    .selectAll()
    .where('product', '=', release.product)
    .where('release_id', '=', release.id)
    .execute()
}

async function rolloutOf(trx: Trx, id: string): Promise<RolloutRow> {
  const rollout = await trx.selectFrom('rollout').selectAll().where('id', '=', id).executeTakeFirst()
  if (!rollout) throw new Fault('assign.unknown', { rollout: id })
  return rollout
}

function tell(house: House, id: string): void {
  house.live.tell({ kind: 'rollout', id })
  house.live.tell({ kind: 'journal', id: 'journal' })
}
