// Which word a device gets when several would fit.

import type { DeviceView } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { standingOf } from './standing.ts'

const calm: DeviceView = {
  id: 'bulb-1',
  product: 'bulb',
  hardwareId: 'bulb-a',
  status: 'enrolled',
  enrolledAtMs: 1,
  lastSeenMs: 2,
  running: { version: '1.0.0', sha256: '0'.repeat(64), securityCounter: 1 },
  wanted: '1.0.0',
  rolloutId: null,
  step: 'rest',
  progress: null,
  fault: null,
  whyNot: null,
  bootCount: 1,
}

const cases: [story: string, device: Partial<DeviceView>, label: string][] = [
  ['runs what is wanted', {}, 'Up to date'],
  ['nothing is wanted', { wanted: null }, 'Up to date'],
  ['something else is wanted', { wanted: '2.0.0' }, 'Offered'],
  ['works on it', { wanted: '2.0.0', step: 'download' }, 'Downloading'],
  ['its owner is asked', { wanted: '2.0.0', whyNot: 'awaiting_owner' }, 'Awaiting owner'],
  ['it gave the new image up', { fault: { code: 'confirm.unhealthy', facts: {} } }, 'Fell back'],
  ['it used up its tries', { fault: { code: 'boot.tries', facts: {} } }, 'Fell back'],
  ['it refused a signature', { fault: { code: 'verify.threshold', facts: {} } }, 'Refused a release'],
  ['it has any other fault', { fault: { code: 'install.space', facts: {} } }, 'Faulty'],
  ['silent counts before faulty', { whyNot: 'offline', fault: { code: 'install.space', facts: {} } }, 'Silent'],
  ['a fault counts before the step', { step: 'boot', fault: { code: 'boot.digest', facts: {} } }, 'Faulty'],
  ['enrolled and never heard of', { lastSeenMs: null, running: null }, 'Never seen'],
  ['cloned', { status: 'quarantined' }, 'Quarantined'],
  ['retired, whatever else', { status: 'retired', whyNot: 'offline' }, 'Retired'],
]

test.each(cases)('%s', (_story, device, label) => {
  expect(standingOf({ ...calm, ...device }).label).toBe(label)
})
