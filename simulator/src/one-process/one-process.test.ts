// The first update as a whole: the real code of every place, under a world that we own.

import { verifyJournal } from '@sealift/trust'
import { DROP, KEEP, seededChance, torn } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { imageTelling } from './virtual-device.ts'
import { VirtualFleet } from './virtual-fleet.ts'

const WAVES = [
  { name: 'first', size: { devices: 3 }, holdMs: 60_000 },
  { name: 'half', size: { percent: 50 }, holdMs: 60_000 },
  { name: 'all', size: { percent: 100 }, holdMs: 60_000 },
]

async function everybodyRuns(fleet: VirtualFleet, version: string): Promise<boolean> {
  return (await fleet.versions())[version] === fleet.devices.length
}

test('the first update, end to end, in one process: a good release, a bad one that is stopped, and its repair', async () => {
  const fleet = await VirtualFleet.make(8, 1)
  const { house } = fleet
  const plan = { waves: WAVES, stopRule: { devicesMin: 3, silentAfterMs: 600_000 } }

  await house.sign('1.0.0', imageTelling({ wellAfterMs: 2_000 }, '1.0.0'))
  await house.publish('1.0.0')
  const good = await house.rollOut('1.0.0', plan)
  await fleet.until('everybody on 1.0.0', () => everybodyRuns(fleet, '1.0.0'))
  await fleet.until('the end of the rollout', async () => (await house.rollout(good.id)).state === 'finished')

  await house.sign('2.0.0', imageTelling({ illAfterMs: 3_000 }, '2.0.0'))
  await house.publish('2.0.0')
  const bad = await house.rollOut('2.0.0', plan)
  await fleet.until('the stop rule', async () => (await house.rollout(bad.id)).state === 'stopped')
  await fleet.until('everybody back on 1.0.0', () => everybodyRuns(fleet, '1.0.0'))
  const { counts, stopReason } = await house.rollout(bad.id)
  expect(stopReason?.rule).toBe('rolled-back')
  expect(counts).toMatchObject({ offered: 3, fellBack: 3, confirmed: 0 })

  await house.sign('3.0.0', imageTelling({}, '3.0.0'))
  await house.publish('3.0.0')
  await house.rollOut('3.0.0', plan)
  await fleet.until('everybody on 3.0.0', () => everybodyRuns(fleet, '3.0.0'))
  const { entries } = await verifyJournal(await house.journal())
  expect(entries).toBeGreaterThan(20)
  await fleet.end()
}, 120_000)

test('power cuts at random moments during a rollout leave every device on the new version, and every event told once', async () => {
  const fleet = await VirtualFleet.make(5, 2)
  const { house, clock } = fleet
  const chance = seededChance(7)
  await house.sign('1.0.0', imageTelling({ wellAfterMs: 1_000 }, '1.0.0', 200_000))
  await house.publish('1.0.0')
  await house.rollOut('1.0.0', { waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] })
  for (let cut = 0; cut < 25; cut++) {
    await clock.advance(Math.floor(chance.fraction() * 6_000))
    const device = fleet.devices[Math.floor(chance.fraction() * fleet.devices.length)]
    await device?.cutPower([DROP, KEEP, torn(seededChance(cut))][cut % 3] ?? DROP)
  }
  await fleet.until('everybody on 1.0.0', () => everybodyRuns(fleet, '1.0.0'))
  await fleet.until('every confirmation', async () => {
    const confirmed = (await house.journal()).filter(({ action }) => action === 'device.confirmed')
    return new Set(confirmed.map(({ subject }) => subject)).size === fleet.devices.length
  })
  const confirmed = (await house.journal()).filter(({ action }) => action === 'device.confirmed')
  expect(confirmed.map(({ subject }) => subject).toSorted()).toEqual(fleet.devices.map(({ id }) => id))
  await fleet.end()
}, 120_000)

test('an owner is asked, and the rollout waits without counting it as a failure', async () => {
  const fleet = await VirtualFleet.make(4, 3)
  const { house } = fleet
  await house.sign('1.0.0', imageTelling({}, '1.0.0'), 'feature')
  await house.publish('1.0.0')
  const rollout = await house.rollOut('1.0.0', { waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] })
  await fleet.until('the question', async () => (await house.rollout(rollout.id)).counts.waiting === 4)
  const { counts, state } = await house.rollout(rollout.id)
  expect(counts).toMatchObject({ failed: 0, fellBack: 0, silent: 0 })
  expect(state).not.toBe('stopped')
  await fleet.end()
}, 60_000)
