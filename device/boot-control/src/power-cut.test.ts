// Power fails at every operation of an update, of a trial given up, and of provisioning: the device comes up again.

import type { Disk } from '@sealift/world'
import {
  DROP,
  KEEP,
  METADATA_FIRST,
  type Persistence,
  PowerCut,
  seededChance,
  subset,
  torn,
  VirtualDisk,
} from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { CONFIG, install, provisioned, releaseOf, TrialDevice } from '../test/trial-device.ts'
import type { BootView } from './boot-control.ts'
import { provision } from './provision.ts'

const [OLD, NEW, NEXT] = await Promise.all([
  releaseOf('1.0.0', {}, { securityCounter: 1 }),
  releaseOf('2.0.0', {}, { securityCounter: 2 }),
  releaseOf('3.0.0', {}, { securityCounter: 2 }),
])

const MODELS: readonly Persistence[] = [DROP, KEEP, METADATA_FIRST, subset(seededChance(1)), torn(seededChance(2))]

/** What an agent does with a device, noting how far it came. */
type Deed = (device: TrialDevice, came: (far: string) => void) => Promise<void>

const update: Deed = async (device, came) => {
  await device.clock.runUntil(install(device.stage, NEW))
  came('armed')
  await device.after(300)
  await device.stage.confirm()
  came('confirmed')
}

const updateInVain: Deed = async (device, came) => {
  await device.clock.runUntil(install(device.stage, NEW))
  came('armed')
  await device.after(300)
  await device.stage.fallBack('confirm.unreachable', {})
  came('gave up')
  await device.after(300)
}

/** Cuts the power at each operation of `deed`, under each model; `found` looks at the device that comes up again. */
async function cutEverywhere(
  deed: Deed,
  found: (device: TrialDevice, far: string, story: string) => Promise<unknown>,
  models = MODELS,
  spoil: (disk: VirtualDisk) => VirtualDisk = (disk) => disk,
): Promise<number> {
  const whole = spoil(await provisioned(OLD))
  const before = whole.changes
  await live(whole, deed)
  let cases = 0
  for (let cut = 0; cut <= whole.changes - before; cut++) {
    for (const model of models) {
      const disk = spoil(await provisioned(OLD))
      disk.cut(cut)
      let far = 'begun'
      await live(disk, deed, (now) => {
        far = now
      }).catch((error) => expect(error).toBeInstanceOf(PowerCut))
      await found(await TrialDevice.powerOn(disk.restart(model)), far, `cut at ${cut}, ${model.name}, ${far}`)
      cases++
    }
  }
  return cases
}

async function live(disk: VirtualDisk, deed: Deed, came: (far: string) => void = () => undefined): Promise<void> {
  const device = await TrialDevice.powerOn(disk)
  try {
    await deed(device, came)
  } finally {
    device.stage.stop()
  }
}

async function requireUpdatable(device: TrialDevice, story: string): Promise<void> {
  const view = await device.after(300)
  if (view.trial) await device.stage.confirm()
  await device.clock.runUntil(install(device.stage, NEXT))
  await device.after(300)
  await device.stage.confirm()
  const { running, slots, trial } = await device.after(0)
  expect([slots[running]?.version, trial], story).toEqual(['3.0.0', false])
}

const runs = (view: BootView) => view.slots[view.running]?.sha256

test('an update survives a power cut at any operation: old or new, whole, and the next update goes through', async () => {
  const seen = new Set<string>()
  const cases = await cutEverywhere(update, async (device, far, story) => {
    const view = await device.after(300)
    expect([OLD.sha256, NEW.sha256], story).toContain(runs(view))
    expect(view.healthy, story).toBe(true)
    // The floor is up exactly when the new image is kept: a moment earlier the way home would be closed.
    const isKept = view.running === 'b' && !view.trial
    expect(view.floor, story).toBe(isKept ? 2 : 1)
    if (far === 'confirmed') expect(isKept, story).toBe(true)
    seen.add(`${far}: ${view.running}${view.trial ? ' on trial' : ''}`)
    await requireUpdatable(device, story)
  })
  expect(cases).toBeGreaterThan(200)
  expect([...seen].sort()).toEqual(['armed: b', 'armed: b on trial', 'begun: a', 'begun: b on trial', 'confirmed: b'])
}, 120_000)

test('a trial that is given up survives a power cut at any operation: the way home stays open', async () => {
  const look = async (device: TrialDevice, far: string, story: string) => {
    const view = await device.after(300)
    expect([OLD.sha256, NEW.sha256], story).toContain(runs(view))
    expect(view.floor, story).toBe(1)
    if (far === 'gave up') {
      expect([runs(view), view.fellBack?.code], story).toEqual([OLD.sha256, 'confirm.unreachable'])
    }
    await requireUpdatable(device, story)
  }
  await cutEverywhere(updateInVain, look, [DROP, KEEP])
}, 120_000)

test('power that fails again and again during a trial ends on the old image', async () => {
  let disk = await provisioned(OLD)
  const first = await TrialDevice.powerOn(disk)
  await first.clock.runUntil(install(first.stage, NEW))
  const versions: (string | undefined)[] = []
  for (let i = 0; i < 4; i++) {
    disk = disk.restart(DROP)
    const view = await (await TrialDevice.powerOn(disk)).after(100)
    versions.push(view.slots[view.running]?.version)
  }
  expect(versions).toEqual(['2.0.0', '1.0.0', '1.0.0', '1.0.0'])
})

test('a line that loses power while it provisions a device can do it again, and once it is done no more', async () => {
  const factory = { ...OLD, config: CONFIG }
  const rehearsal = new VirtualDisk()
  await provision(rehearsal, seededChance(1), factory)
  for (let cut = 0; cut <= rehearsal.changes; cut++) {
    for (const model of MODELS) {
      const disk = new VirtualDisk()
      disk.cut(cut)
      const done = await provision(disk, seededChance(1), factory).then(
        () => true,
        () => false,
      )
      const after = disk.restart(model)
      const again = provision(after, seededChance(2), factory)
      if (done) await expect(again).rejects.toMatchObject({ code: 'keep.exists' })
      else await again.catch((error) => expect(error).toMatchObject({ code: 'keep.exists' }))
      const view = await (await TrialDevice.powerOn(after)).after(300)
      expect([runs(view), view.healthy, view.floor], `cut at ${cut}, ${model.name}`).toEqual([OLD.sha256, true, 1])
    }
  }
})

// The suite is worth something only if it catches a disk that does not keep its promises.
const defects: [defect: string, spoil: (disk: VirtualDisk) => VirtualDisk][] = [
  ['content is never synced', (disk) => spoiled(disk, 'sync')],
  ['names are never synced', (disk) => spoiled(disk, 'syncFolder')],
]

test.each(defects)(
  'a defect is caught: %s',
  async (_defect, spoil) => {
    const violations: string[] = []
    await cutEverywhere(
      update,
      async (device, far) => {
        const view = await device.after(300).catch((error: { code: string }) => error.code)
        if (typeof view === 'string') violations.push(view)
        else if (far === 'confirmed' && runs(view) !== NEW.sha256) violations.push('lost')
      },
      [DROP],
      spoil,
    ).catch((error: { code?: string }) => violations.push(error.code ?? 'broken'))
    expect(violations).not.toEqual([])
  },
  120_000,
)

function spoiled(disk: VirtualDisk, operation: 'sync' | 'syncFolder'): VirtualDisk {
  const skip = async () => undefined
  if (operation === 'syncFolder') return Object.assign(disk, { syncFolder: skip })
  const open: Disk['open'] = disk.open.bind(disk)
  return Object.assign(disk, { open: async (name: string) => ({ ...(await open(name)), sync: skip }) })
}
