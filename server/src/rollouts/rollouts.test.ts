// Whole rollouts on real SQLite: through the waves, stopped, paused, resumed, retried, and after a restart.

import { Fault, type Wave } from '@sealift/protocol'
import { afterEach, expect, test } from 'vitest'
import { previewRollout } from './rollouts.ts'
import { POLL_MS, PRODUCT, TrialFleet } from './trial-fleet.ts'

const HOLD_MS = 60_000
const SETTLED_MS = 2 * POLL_MS
const SILENT_MS = 30_000

const waves: Wave[] = [
  { name: 'lab', size: { devices: 3 }, holdMs: HOLD_MS },
  { name: 'half', size: { percent: 50 }, holdMs: HOLD_MS },
  { name: 'all', size: { percent: 100 }, holdMs: HOLD_MS },
]
const stopRule = { devicesMin: 20, silentAfterMs: SILENT_MS }

let fleet: TrialFleet

afterEach(() => fleet.close())

async function begin(devices: number) {
  fleet = await TrialFleet.open(devices)
  await fleet.release('2.0.0')
  const rollout = await fleet.plan({ version: '2.0.0', waves, stopRule })
  await fleet.act(rollout, 'start')
  return rollout
}

const ids = (devices: readonly { id: string }[]) => devices.map(({ id }) => id)

test('nobody is offered anything before the start', async () => {
  fleet = await TrialFleet.open(5)
  await fleet.release('2.0.0')
  const rollout = await fleet.plan({ version: '2.0.0', waves })
  await fleet.pass(HOLD_MS)
  expect(await fleet.offered()).toEqual([])
  expect(rollout).toMatchObject({ state: 'planned', wave: 0, waveStartedAtMs: null, counts: { devices: 5, inWave: 0 } })
})

test('a good release goes through its waves to the whole fleet, and to those who come later', async () => {
  const rollout = await begin(40)
  const lab = await fleet.offered()
  expect(lab).toHaveLength(3)
  await fleet.updateAll(lab, 'well')
  await fleet.pass(HOLD_MS - 1)
  expect(await fleet.offered()).toEqual([])
  await fleet.pass(1)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', wave: 1 })

  const half = await fleet.offered()
  const { inWave } = (await fleet.view(rollout)).counts
  expect(half).toHaveLength(inWave - 3)
  await fleet.updateAll(half, 'well')
  await fleet.pass(HOLD_MS)
  await fleet.updateAll(await fleet.offered(), 'well')
  await fleet.pass(HOLD_MS)

  expect(await fleet.view(rollout)).toMatchObject({
    state: 'finished',
    wave: 3,
    counts: { devices: 40, inWave: 40, offered: 40, confirmed: 40, underWay: 0 },
  })
  const newcomers = await fleet.enrol(2)
  expect(ids(await fleet.offered(newcomers))).toEqual(ids(newcomers))
})

test('a preview names the very devices that the first wave takes', async () => {
  fleet = await TrialFleet.open(40)
  await fleet.release('2.0.0')
  const preview = await previewRollout(fleet.house, { product: PRODUCT, version: '2.0.0', waves, stopRule })
  expect(preview).toMatchObject({ devices: 40, worstCase: 3, needsOwner: false })
  const rollout = await fleet.plan({ version: '2.0.0', waves, stopRule })
  await fleet.act(rollout, 'start')
  expect(ids(await fleet.offered())).toEqual(preview.firstWave)
  expect(preview.waves.map(({ devices }) => devices)).toEqual([3, expect.any(Number), 40])
})

test('an offer is recorded once, whoever asks how often', async () => {
  const rollout = await begin(10)
  const lab = await fleet.offered()
  await fleet.offered()
  await fleet.offered()
  expect((await fleet.view(rollout)).counts).toMatchObject({ offered: 3, underWay: 3 })
  const offers = (await fleet.journal()).filter(({ action }) => action === 'device.offered')
  expect(offers.map(({ subject }) => subject)).toEqual(ids(lab))
  expect(offers[0]?.facts).toEqual({ rollout: rollout.id, version: '2.0.0', attempt: 0 })
})

test('a wave in which a device is under way does not end, however long it takes and whatever it says', async () => {
  const rollout = await begin(10)
  const [slow, ...others] = await fleet.offered()
  await fleet.updateAll(others, 'well')
  for (let i = 0; i < 10; i++) {
    if (slow)
      await fleet.tell(slow, 'progress', {
        step: 'download',
        release: { version: '2.0.0', sha256: (await fleet.ask(slow)).release?.sha256 ?? '' },
      })
    await fleet.pass(HOLD_MS / 3)
  }
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', wave: 0, counts: { underWay: 1 } })
  await fleet.pass(SILENT_MS)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 1 })
})

test('devices that are offline hold up no wave, but one that is well is waited for', async () => {
  const rollout = await begin(10)
  await fleet.pass(10 * HOLD_MS)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 0 })
  const [first] = await fleet.offered()
  if (first) await fleet.update(first, 'well')
  await fleet.pass(SILENT_MS + 1)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 1, counts: { offered: 3, confirmed: 1 } })
})

test('a bad release stops in the first wave, and nobody is offered it from then on (G5)', async () => {
  const rollout = await begin(100)
  const lab = await fleet.offered()
  await fleet.updateAll(lab, 'fell-back')
  await fleet.pass(SETTLED_MS)
  expect(await fleet.view(rollout)).toMatchObject({
    state: 'stopped',
    stopReason: { rule: 'rolled-back', seen: 100, limit: 1 },
    counts: { offered: 3, fellBack: 3 },
  })
  await fleet.pass(100 * HOLD_MS)
  expect(await fleet.offered()).toEqual([])
  expect(await fleet.ask(fleet.devices.find(({ id }) => !ids(lab).includes(id)) ?? fail())).toMatchObject({
    whyNot: 'stopped',
  })
  expect((await fleet.view(rollout)).counts.offered).toBe(3)
})

test('a signature failure stops at once, with others under way and the rule far from its minimum', async () => {
  const rollout = await begin(100)
  const [first] = await fleet.offered()
  if (first) await fleet.update(first, 'forged')
  await fleet.tick()
  expect(await fleet.view(rollout)).toMatchObject({ state: 'stopped', stopReason: { rule: 'signature', seen: 1 } })
  if (first) expect(await fleet.ask(first)).toMatchObject({ whyNot: 'stopped' })
  expect(await fleet.offered()).toEqual([])
})

test('devices that go to boot and are not heard of again stop it', async () => {
  const rollout = await begin(100)
  await fleet.updateAll(await fleet.offered(), 'brick')
  await fleet.pass(SILENT_MS - 1)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', counts: { underWay: 3, silent: 0 } })
  await fleet.pass(1)
  expect(await fleet.view(rollout)).toMatchObject({
    state: 'stopped',
    stopReason: { rule: 'silent' },
    counts: { silent: 3 },
  })
})

test('a server that was down takes nobody for silent until it has listened long enough', async () => {
  const rollout = await begin(100)
  const lab = await fleet.offered()
  await fleet.updateAll(lab, 'brick')
  await fleet.trial.clock.advance(100 * SILENT_MS)
  fleet.restart()
  await fleet.tick()
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', wave: 0, counts: { silent: 0 } })
  for (const device of lab) {
    const { release } = await fleet.ask(device)
    await fleet.tell(device, 'confirmed', { release: { version: '2.0.0', sha256: release?.sha256 ?? '' } })
  }
  await fleet.pass(SILENT_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', wave: 1, counts: { confirmed: 3, silent: 0 } })
})

test('a silent device that speaks is silent no longer', async () => {
  const rollout = await begin(10)
  const [first] = await fleet.offered()
  if (!first) return fail()
  const { release } = await fleet.ask(first)
  await fleet.update(first, 'brick')
  await fleet.pass(SILENT_MS)
  expect((await fleet.view(rollout)).counts.silent).toBe(1)
  await fleet.tell(first, 'confirmed', { release: { version: '2.0.0', sha256: release?.sha256 ?? '' } })
  expect((await fleet.view(rollout)).counts).toMatchObject({ silent: 0, confirmed: 1 })
})

test('pausing withdraws the offer, and resuming offers it to the same devices', async () => {
  const rollout = await begin(100)
  const before = ids(await fleet.offered())
  await fleet.act(rollout, 'pause')
  expect(await fleet.offered()).toEqual([])
  expect(await fleet.ask(fleet.devices[0] ?? fail())).toMatchObject({ whyNot: 'paused' })
  await fleet.pass(100 * HOLD_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'paused', wave: 0 })
  await fleet.act(rollout, 'resume')
  expect(ids(await fleet.offered())).toEqual(before)
})

test('time in which it was paused is not time in which it was watched', async () => {
  const rollout = await begin(10)
  await fleet.updateAll(await fleet.offered(), 'well')
  await fleet.act(rollout, 'pause')
  await fleet.pass(2 * HOLD_MS)
  await fleet.act(rollout, 'resume')
  await fleet.pass(HOLD_MS - 1)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 0 })
  await fleet.pass(1)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 1 })
})

test('retrying offers it again to those that failed, under the next attempt, and takes back the stop', async () => {
  const rollout = await begin(100)
  const lab = await fleet.offered()
  await fleet.updateAll(lab, 'fell-back')
  await fleet.pass(SETTLED_MS)
  expect(await fleet.act(rollout, 'retry-failed')).toMatchObject({ state: 'running', stopReason: null })
  await fleet.pass(SETTLED_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running' })
  const again = await fleet.offered()
  expect(ids(again)).toEqual(ids(lab))
  expect(await fleet.ask(lab[0] ?? fail())).toMatchObject({ attempt: 1 })
  await fleet.updateAll(again, 'fell-back')
  await fleet.pass(SETTLED_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'stopped' })
})

test('a device that fell back is kept from the release while its rollout goes on', async () => {
  await begin(3)
  const [first, second] = await fleet.offered()
  if (first) await fleet.update(first, 'fell-back')
  if (first) expect(await fleet.ask(first)).toMatchObject({ whyNot: 'held_back', attempt: 0 })
  if (second) expect(await fleet.ask(second)).toHaveProperty('release')
})

test('resuming what its rule has stopped goes on from what was seen, and stops at new harm', async () => {
  const rollout = await begin(100)
  const lab = await fleet.offered()
  await fleet.updateAll(lab.slice(0, 2), 'well')
  await fleet.updateAll(lab.slice(2), 'fell-back')
  await fleet.pass(SETTLED_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'stopped' })
  await fleet.pass(1)
  expect(await fleet.act(rollout, 'resume')).toMatchObject({ state: 'running', stopReason: null })
  await fleet.pass(HOLD_MS)
  expect(await fleet.view(rollout)).toMatchObject({ state: 'running', wave: 1 })
  const half = await fleet.offered()
  await fleet.updateAll(half.slice(0, 20), 'fell-back')
  await fleet.tick()
  expect(await fleet.view(rollout)).toMatchObject({ state: 'stopped' })
})

test('an aborted rollout is over; another of the same release begins with a higher attempt', async () => {
  const rollout = await begin(10)
  await fleet.updateAll(await fleet.offered(), 'fell-back')
  await expect(fleet.plan({ version: '2.0.0', waves })).rejects.toMatchObject({ code: 'assign.state' })
  await fleet.act(rollout, 'abort')
  await expect(fleet.act(rollout, 'resume')).rejects.toMatchObject({ code: 'assign.state' })
  expect(await fleet.ask(fleet.devices[0] ?? fail())).toMatchObject({ whyNot: 'aborted' })
  const second = await fleet.plan({ version: '2.0.0', waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] })
  expect(second.id).not.toBe(rollout.id)
  await fleet.act(second, 'start')
  for (const device of fleet.devices)
    expect(await fleet.ask(device)).toMatchObject({ rolloutId: second.id, attempt: 1 })
})

test('late devices of a finished rollout stop it when they fall back', async () => {
  const rollout = await begin(10)
  for (let i = 0; i < 3; i++) {
    await fleet.updateAll(await fleet.offered(), 'well')
    await fleet.pass(HOLD_MS)
  }
  expect(await fleet.view(rollout)).toMatchObject({ state: 'finished' })
  await fleet.pass(1000 * HOLD_MS)
  const late = await fleet.enrol(10)
  await fleet.updateAll(late.slice(0, 5), 'fell-back')
  await fleet.tick()
  expect(await fleet.view(rollout)).toMatchObject({ state: 'stopped' })
  expect(await fleet.offered(late)).toEqual([])
})

test('an owner who waits holds up no wave; one who refuses keeps the offer and may think again', async () => {
  const rollout = await begin(10)
  const [first, second, third] = await fleet.offered()
  if (!first || !second || !third) return fail()
  const release = { version: '2.0.0', sha256: (await fleet.ask(first)).release?.sha256 ?? '' }
  await fleet.tell(first, 'awaiting-owner', { release, step: 'verify', whyNot: 'awaiting_owner' })
  await fleet.tell(second, 'owner-refused', { release, step: 'verify', whyNot: 'owner_refused' })
  await fleet.update(third, 'well')
  await fleet.pass(HOLD_MS)
  expect(await fleet.view(rollout)).toMatchObject({ wave: 1, counts: { waiting: 2, confirmed: 1 } })
  await fleet.update(second, 'well')
  expect((await fleet.view(rollout)).counts).toMatchObject({ waiting: 1, confirmed: 2 })
})

test('who refuses a feature is offered the security update that comes after it', async () => {
  fleet = await TrialFleet.open(1)
  await fleet.release('2.0.0', 'feature')
  await fleet.release('3.0.0', 'security')
  const all = [{ name: 'all', size: { percent: 100 }, holdMs: 0 }]
  await fleet.act(await fleet.plan({ version: '2.0.0', waves: all }), 'start')
  const device = fleet.devices[0] ?? fail()
  const { release } = await fleet.ask(device)
  await fleet.tell(device, 'owner-refused', { release: { version: '2.0.0', sha256: release?.sha256 ?? '' } })
  await fleet.act(await fleet.plan({ version: '3.0.0', waves: all }), 'start')
  expect((await fleet.ask(device)).release?.version).toBe('3.0.0')
})

test('every step of a rollout is in the journal, with who took it', async () => {
  const rollout = await begin(3)
  await fleet.act(rollout, 'pause')
  await fleet.act(rollout, 'resume')
  await fleet.updateAll(await fleet.offered(), 'well')
  await fleet.pass(HOLD_MS)
  await fleet.updateAll(await fleet.offered(), 'fell-back')
  await fleet.pass(HOLD_MS)
  await fleet.act(rollout, 'abort')
  const steps = (await fleet.journal()).filter(({ subject }) => subject === rollout.id)
  expect(steps.map(({ action, actor }) => `${actor.kind} ${action}`)).toEqual([
    'person rollout.planned',
    'person rollout.started',
    'person rollout.paused',
    'person rollout.resumed',
    'server rollout.wave-begun',
    'server rollout.wave-begun',
    'person rollout.aborted',
  ])
})

test('what is not there is not found', async () => {
  fleet = await TrialFleet.open(1)
  await expect(fleet.plan({ version: '9.0.0' })).rejects.toMatchObject({ code: 'assign.unknown' })
  await expect(fleet.act({ id: 'r-none' }, 'start')).rejects.toMatchObject({ code: 'assign.unknown' })
  await expect(fleet.view({ id: 'r-none' })).rejects.toBeInstanceOf(Fault)
})

function fail(): never {
  throw new Error('no such device')
}
