import type { DeviceView } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { deviceFacts, deviceTable, timelineTable } from './device-lines.ts'

const HOSTILE = '\x1b]0;owned\x07\r\n\u202eall well'

const DEVICE: DeviceView = {
  id: 'bulb-1',
  product: 'bulb',
  hardwareId: 'bulb-1',
  status: 'enrolled',
  enrolledAtMs: 0,
  lastSeenMs: 1000,
  running: { version: '1.0.0', sha256: 'a'.repeat(64), securityCounter: 0 },
  wanted: '1.1.0',
  rolloutId: 'r-1',
  step: 'download',
  progress: { doneBytes: 42, ofBytes: 100 },
  fault: null,
  whyNot: null,
  bootCount: 1,
}

test('a device is one line: what it runs, what it shall run, how far it is', () => {
  const [heading, line] = deviceTable([DEVICE], 61_000).map(({ plain }) => plain)
  expect(heading).toBe('DEVICE  PRODUCT  RUNS   WANTED  STEP           SEEN       REMARK')
  expect(line).toBe('bulb-1  bulb     1.0.0  1.1.0   download 42 %  1 min ago')
})

test('a device that says hostile things says them in plain letters (attack 44)', () => {
  const fault = { code: HOSTILE, facts: { [HOSTILE]: HOSTILE } }
  const device: DeviceView = { ...DEVICE, id: HOSTILE, product: HOSTILE, wanted: HOSTILE, fault }
  const entry = { atMs: 0, event: HOSTILE, step: 'rest', version: HOSTILE, fault, text: HOSTILE } as const
  for (const { painted } of [...deviceTable([device], 0), ...deviceFacts(device, 0), ...timelineTable([entry])]) {
    expect(painted.replaceAll(/\x1b\[\d+m/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  }
})
