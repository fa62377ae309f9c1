import { generateKeyPairSync } from 'node:crypto'
import { signerOf } from '@sealift/trust'
import { KEEP } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { install, provisioned, releaseOf, TrialDevice } from '../test/trial-device.ts'
import type { BootView } from './boot-control.ts'
import { imageOf, manifestOf } from './slot.ts'

const FACTORY = await releaseOf('1.0.0', {}, { securityCounter: 1 })

/** A device that runs its factory image, and whatever `tale` makes of the release that is then put on trial. */
async function trialOf(tale = {}, changes = {}) {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  const release = await releaseOf('2.0.0', tale, { securityCounter: 2, ...changes })
  await device.clock.runUntil(install(device.stage, release))
  return { device, release, disk: device.disk }
}

const summary = ({ running, trial, healthy, fellBack, floor }: BootView) => ({
  running,
  trial,
  healthy,
  fellBack: fellBack?.code,
  floor,
})

test('the factory image runs, and says that it is well', async () => {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  const view = await device.after(500)
  expect(view).toEqual({
    running: 'a',
    trial: false,
    healthy: true,
    slots: {
      a: {
        product: 'thermostat',
        version: '1.0.0',
        releaseCounter: 1,
        sha256: FACTORY.sha256,
        lengthBytes: 1500,
        securityCounter: 1,
      },
      b: undefined,
    },
    fellBack: undefined,
    bootCount: 1,
    floor: 1,
  })
  await device.powerOff()
  expect(device.machine.runs).toBe(0)
})

test('a good image: tried, confirmed, kept, and the floor raised only then', async () => {
  const { device, disk } = await trialOf({ answersAfterMs: 300, wellAfterMs: 600 })
  expect(summary(await device.after(0))).toMatchObject({ running: 'b', trial: true, healthy: undefined, floor: 1 })
  expect(summary(await device.after(1000))).toMatchObject({ running: 'b', trial: true, healthy: true, floor: 1 })
  await device.stage.confirm()
  expect(summary(await device.after(0))).toMatchObject({ running: 'b', trial: false, healthy: true, floor: 2 })
  expect(device.machine.runs).toBe(1)

  const later = await TrialDevice.powerOn(disk.restart(KEEP))
  expect(summary(await later.after(50_000))).toMatchObject({ running: 'b', trial: false, healthy: true, floor: 2 })
})

const bad: [story: string, tale: object, withinMs: number, code: string][] = [
  ['never answers', { answersAfterMs: 1e9 }, 6_000, 'confirm.hang'],
  ['never says that it is well', { wellAfterMs: 1e9 }, 6_000, 'confirm.unhealthy'],
  ['is ill after it was well', { illAfterMs: 2_000 }, 2_500, 'confirm.unhealthy'],
  ['hangs after it was well', { hangsAfterMs: 2_000 }, 4_000, 'confirm.hang'],
  ['ends at once', { endsAfterMs: 0 }, 500, 'confirm.crash'],
  ['ends after a while', { endsAfterMs: 3_000 }, 3_500, 'confirm.crash'],
  ['is well, but nobody confirms it', {}, 21_000, 'confirm.late'],
]

test.each(bad)(
  'attack 51 bad image: one that %s is given up, and the old one runs again',
  async (_story, tale, withinMs, code) => {
    const { device, disk, release } = await trialOf(tale)
    const view = await device.after(withinMs)
    expect(summary(view)).toMatchObject({ running: 'a', trial: false, floor: 1 })
    expect(view.fellBack).toMatchObject({ slot: 'b', sha256: release.sha256, code })
    expect(device.machine.runs).toBe(1)

    const later = await TrialDevice.powerOn(disk.restart(KEEP))
    expect(summary(await later.after(500))).toMatchObject({ running: 'a', trial: false, healthy: true, fellBack: code })
  },
)

test('confirmed in time, an image that falls ill later is told, and goes on', async () => {
  const { device } = await trialOf({ illAfterMs: 2_000 })
  await device.after(1_000)
  await device.stage.confirm()
  expect(summary(await device.after(5_000))).toMatchObject({ running: 'b', healthy: false, fellBack: undefined })
})

test('while a trial runs nobody touches the way home', async () => {
  const { device, release } = await trialOf()
  await device.after(500)
  for (const touch of [
    () => device.stage.openOther(false),
    () => device.stage.openOther(true),
    () => device.stage.seal(release.bootManifest),
    () => device.stage.arm(),
  ]) {
    await expect(touch()).rejects.toMatchObject({ code: 'boot.trial' })
  }
})

test('an image that is silent, ill or gone is not confirmed', async () => {
  const starting = await trialOf({ wellAfterMs: 1_000 })
  await starting.device.after(500)
  await expect(starting.device.stage.confirm()).rejects.toMatchObject({ code: 'confirm.unhealthy' })

  // It was well, and the watchdog has not fired yet: an old answer is no answer.
  const hanging = await trialOf({ hangsAfterMs: 1_000 })
  expect((await hanging.device.after(1_600)).healthy).toBe(undefined)
  await expect(hanging.device.stage.confirm()).rejects.toMatchObject({ code: 'confirm.unhealthy' })
})

test('confirming twice, and giving up what is not on trial, change nothing', async () => {
  const { device } = await trialOf()
  await device.after(500)
  await device.stage.confirm()
  const before = await device.after(0)
  await device.stage.confirm()
  await device.stage.fallBack('confirm.unhealthy', {})
  expect(await device.after(0)).toEqual(before)
})

test('the agent may give a trial up, in its own words, as long as they are not too long', async () => {
  const { device } = await trialOf()
  await device.after(500)
  await device.stage.fallBack('confirm.unreachable', { why: '漢'.repeat(10_000), ...manyFacts() })
  const { fellBack, running } = await device.after(500)
  expect([running, fellBack?.code]).toEqual(['a', 'confirm.unreachable'])
  expect(JSON.stringify(fellBack?.facts).length).toBeLessThan(1100)
})

const manyFacts = () => Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`fact-${i}`, '"'.repeat(300)]))

test('a trial that power failures interrupt is tried again, as often as it was told, and then given up', async () => {
  const { device, disk } = await trialOf()
  expect((await device.after(100)).running).toBe('b')
  const second = await TrialDevice.powerOn(disk.restart(KEEP))
  expect(summary(await second.after(100))).toMatchObject({ running: 'b', trial: true })
  const third = await TrialDevice.powerOn(second.disk.restart(KEEP))
  expect(summary(await third.after(100))).toMatchObject({ running: 'a', trial: false, fellBack: 'boot.tries' })
})

test('arming refuses a slot that could not be started, and the slot that runs stays', async () => {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  const refused: [changes: object, code: string][] = [
    [{ hardwareIds: ['lock-1'] }, 'boot.hardware'],
    [{ securityCounter: 0 }, 'boot.floor'],
    [{ sha256: '0'.repeat(64) }, 'boot.digest'],
  ]
  for (const [changes, code] of refused) {
    const release = await releaseOf('2.0.0', {}, { securityCounter: 1, ...changes })
    await expect(device.clock.runUntil(install(device.stage, release))).rejects.toMatchObject({ code })
  }
  const foreign = signerOf(generateKeyPairSync('ed25519').privateKey)
  await expect(
    device.clock.runUntil(releaseOf('2.0.0', {}, {}, foreign).then((release) => install(device.stage, release))),
  ).rejects.toMatchObject({ code: 'boot.manifest' })
  expect(summary(await device.after(500))).toMatchObject({
    running: 'a',
    trial: false,
    healthy: true,
    fellBack: undefined,
  })
})

test('attack 22 TOCTOU: a slot that changes between arm and boot is not started', async () => {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  const { stage, disk } = device
  const release = await releaseOf('2.0.0', {}, { securityCounter: 1 })
  const swap = async () => {
    const file = await stage.openOther(false)
    await file.writeAt(0, release.image)
    await file.sync()
    await stage.seal(release.bootManifest)
    await stage.arm()
    await (await disk.open(imageOf('b'))).writeAt(0, Buffer.from('#'))
    await stage.restart()
  }
  await device.clock.runUntil(swap())
  expect(summary(await device.after(500))).toMatchObject({ running: 'a', fellBack: 'boot.digest' })
})

test('opening the other slot disarms it and takes its manifest away, unless it is kept as it is', async () => {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  const release = await releaseOf('2.0.0', {}, { securityCounter: 1 })
  const { stage, disk } = device
  const fill = async () => {
    const file = await stage.openOther(false)
    await file.writeAt(0, release.image)
    await file.sync()
    await stage.seal(release.bootManifest)
    await stage.arm()
  }
  await device.clock.runUntil(fill())
  const kept = await stage.openOther(true)
  expect(await kept.lengthBytes()).toBe(1500)
  expect((await device.after(0)).slots.b?.version).toBe('2.0.0')

  const emptied = await stage.openOther(false)
  expect(await emptied.lengthBytes()).toBe(0)
  expect(await disk.read(manifestOf('b'))).toBe(undefined)
  await stage.restart()
  expect(summary(await device.after(500))).toMatchObject({ running: 'a', trial: false, fellBack: undefined })
})

test('a kept image that crashes is started again, with longer and longer waits', async () => {
  const device = await TrialDevice.powerOn(await provisioned(await releaseOf('1.0.0', { endsAfterMs: 100 })))
  const counts: number[] = []
  for (let second = 0; second < 130; second++) counts.push((await device.after(1_000)).bootCount)
  // Starts at 0, 1, 3, 7, 15, 31, 63 seconds and then each minute.
  expect([counts[0], counts[2], counts[6], counts[14], counts[31], counts[62], counts[129]]).toEqual([
    1, 2, 3, 4, 6, 6, 8,
  ])
})

test('a kept image that hangs is started again', async () => {
  const device = await TrialDevice.powerOn(await provisioned(await releaseOf('1.0.0', { hangsAfterMs: 500 })))
  expect((await device.after(1_000)).bootCount).toBe(1)
  expect(summary(await device.after(4_000))).toMatchObject({ running: 'a', fellBack: undefined })
  expect((await device.after(0)).bootCount).toBeGreaterThan(1)
  expect(device.machine.runs).toBeLessThanOrEqual(1)
})

test('a kept slot that went bad: the other one runs, and the reason is told', async () => {
  const { device, disk, release } = await trialOf({}, { securityCounter: 1 })
  await device.after(500)
  await device.stage.confirm()
  await device.powerOff()
  await (await disk.open(imageOf('b'))).writeAt(0, Buffer.from('#'))
  const later = await TrialDevice.powerOn(disk.restart(KEEP))
  const view = await later.after(500)
  expect(summary(view)).toMatchObject({ running: 'a', trial: false, healthy: true })
  expect(view.fellBack).toMatchObject({ slot: 'b', sha256: release.sha256, code: 'boot.digest' })
})

test('attack 52 old slot: a kept slot that went bad does not bring an image below the floor back', async () => {
  const { device, disk } = await trialOf()
  await device.after(500)
  await device.stage.confirm()
  await device.powerOff()
  await disk.remove(manifestOf('b'))
  const later = await TrialDevice.powerOn(disk.restart(KEEP))
  await expect(later.after(0)).rejects.toMatchObject({
    code: 'boot.no-slot',
    facts: { a: 'boot.floor', b: 'boot.manifest' },
  })
  expect(later.failure).toMatchObject({ code: 'boot.no-slot' })
  await expect(later.stage.arm()).rejects.toMatchObject({ code: 'boot.no-slot' })
})

test('a disk that no longer takes writes: the kept image runs on, and no trial begins', async () => {
  const { disk } = await trialOf()
  const stuck = disk.restart(KEEP)
  stuck.fail({ code: 'EROFS', after: 0, times: 1_000 })
  const device = await TrialDevice.powerOn(stuck)
  expect(summary(await device.after(500))).toMatchObject({
    running: 'a',
    trial: false,
    healthy: true,
    fellBack: 'install.disk',
  })
  expect(device.failure).toBe(undefined)
})

test('a disk that fails when a trial is given up does not end the boot stage', async () => {
  const { device, disk } = await trialOf({ illAfterMs: 1_000 })
  await device.after(500)
  disk.fail({ code: 'EIO', after: 0, times: 1_000 })
  expect(summary(await device.after(2_000))).toMatchObject({
    running: 'a',
    healthy: true,
    fellBack: 'confirm.unhealthy',
  })
})

test('stopped before its first image started, the boot stage ends all the same', async () => {
  const device = await TrialDevice.powerOn(await provisioned(FACTORY))
  await device.powerOff()
  expect(device.machine.runs).toBe(0)
  await expect(device.stage.look()).rejects.toMatchObject({ code: 'boot.gone' })
})

test('what is asked while images are exchanged waits for the next one', async () => {
  const { device } = await trialOf()
  await device.after(500)
  const { stage } = device
  await stage.fallBack('confirm.unhealthy', {})
  const asked = Promise.all([stage.look(), stage.confirm(), stage.restart(), stage.openOther(false)])
  const [view] = await device.clock.runUntil(asked)
  expect([view.running, view.trial, view.bootCount]).toEqual(['a', false, 3])
  expect((await device.after(500)).bootCount).toBe(4)
  expect(device.machine.runs).toBe(1)
})
