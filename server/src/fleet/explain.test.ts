// Every reason why a device was not updated, as a person is told.

import { type DeviceView, WHY_NOT, type WhyNot } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { type Answered, explain } from './explain.ts'

const device: DeviceView = {
  id: 'lamp-00001',
  product: 'lamp',
  hardwareId: 'lamp-1',
  status: 'enrolled',
  enrolledAtMs: 1,
  lastSeenMs: 2,
  running: { version: '1.0.0', sha256: '1'.repeat(64), securityCounter: 1 },
  wanted: null,
  rolloutId: null,
  step: 'rest',
  progress: null,
  fault: null,
  whyNot: null,
  bootCount: 1,
}
const offered: Answered = { whyNot: undefined, version: '2.0.0', rolloutId: 'r-2', outcome: 'offered' }
const refused = (whyNot: WhyNot): Answered => ({ ...offered, whyNot, outcome: undefined })

const cases: [story: string, device: Partial<DeviceView>, answered: Answered, whyNot: WhyNot][] = [
  ['what the rollouts say', {}, refused('wave_not_reached'), 'wave_not_reached'],
  ['what the rollouts say, also of a silent device', { whyNot: 'offline' }, refused('held_back'), 'held_back'],
  ['offered, and not heard of', { whyNot: 'offline' }, offered, 'offline'],
  ['offered just now', {}, offered, 'under_way'],
  ['at work', {}, { ...offered, outcome: 'installing' }, 'under_way'],
  ['its owner is asked', { whyNot: 'awaiting_owner' }, { ...offered, outcome: 'awaiting-owner' }, 'awaiting_owner'],
  ['its owner said later', { whyNot: 'owner_deferred' }, { ...offered, outcome: 'awaiting-owner' }, 'owner_deferred'],
  ['its owner said no', { whyNot: 'owner_refused' }, { ...offered, outcome: 'refused-by-owner' }, 'owner_refused'],
  ['it remembers a failure itself', { whyNot: 'held_back' }, offered, 'held_back'],
]

test.each(cases)('%s', (_story, of, answered, whyNot) => {
  expect(explain({ ...device, ...of }, answered).whyNot).toBe(whyNot)
})

test('says which release it is about, what the device last met with, and what to do', () => {
  const ill = { ...device, fault: { code: 'confirm.hang', facts: {} } }
  const { means, next } = explain(ill, refused('held_back'))
  expect(means).toMatch(/^2\.0\.0: it failed on this release.*; its last fault: new image stopped answering/)
  expect(next).toContain('sealift rollout retry-failed r-2')
})

test('a device that never spoke is not told about a release', () => {
  const silent = { ...device, running: null }
  expect(explain(silent, { ...refused('offline'), version: undefined }).means).toBe('it has not said yet what it runs')
})

test('every reason has a meaning and a next step, with no gap left open', () => {
  for (const whyNot of Object.keys(WHY_NOT) as WhyNot[]) {
    const { means, next } = explain(device, refused(whyNot))
    expect(means).not.toBe('')
    expect(next, whyNot).not.toMatch(/DEVICE|PRODUCT|ROLLOUT|^$/)
  }
})
