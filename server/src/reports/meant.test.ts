// A report and the rollouts a device has part in: which one is meant.

import type { Report } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { changeBy, type Part, type PartChange } from './meant.ts'

const TWO = '2'.repeat(64)
const THREE = '3'.repeat(64)

const part = (rolloutId: string, sha256: string, outcome: Part['outcome'], createdAtMs: number): Part => ({
  rolloutId,
  sha256,
  outcome,
  createdAtMs,
})

const report = (event: Report['event'], more: Partial<Report> = {}): Report => ({
  deviceId: 'lamp-1',
  seq: 1,
  atMs: 1,
  bootCount: 1,
  running: { version: '1.0.0', sha256: '1'.repeat(64), securityCounter: 1 },
  step: 'rest',
  event,
  ...more,
})
const two = { release: { version: '2.0.0', sha256: TWO } }
const forged = { fault: { code: 'verify.threshold', facts: {} } }

const cases: [story: string, report: Report, parts: Part[], change: PartChange | undefined][] = [
  ['no rollout at all', report('confirmed', two), [], undefined],
  [
    'the release it names, not the one it is offered by now',
    report('confirmed', two),
    [part('r-3', THREE, 'offered', 3), part('r-2', TWO, 'booting', 2)],
    { rolloutId: 'r-2', outcome: 'confirmed', faultCode: null },
  ],
  [
    'of two rollouts of one release, the latest',
    report('confirmed', two),
    [part('r-2', TWO, 'fell-back', 2), part('r-2b', TWO, 'booting', 5)],
    { rolloutId: 'r-2b', outcome: 'confirmed', faultCode: null },
  ],
  [
    'a refusal before the release was known: what it is at',
    report('refused', forged),
    [part('r-2', TWO, 'confirmed', 2), part('r-3', THREE, 'offered', 3)],
    { rolloutId: 'r-3', outcome: 'failed', faultCode: 'verify.threshold' },
  ],
  [
    'a refusal of something else when all is at its end',
    report('refused', forged),
    [part('r-2', TWO, 'confirmed', 2)],
    undefined,
  ],
  ['an end that is told again', report('confirmed', two), [part('r-2', TWO, 'confirmed', 2)], undefined],
  [
    'heard of on the way',
    report('progress', { ...two, step: 'download' }),
    [part('r-2', TWO, 'installing', 2)],
    { rolloutId: 'r-2', outcome: 'installing', faultCode: null },
  ],
  [
    'an end keeps its fault',
    report('fell-back', { ...two, fault: { code: 'confirm.hang', facts: {} } }),
    [part('r-2', TWO, 'booting', 2)],
    { rolloutId: 'r-2', outcome: 'fell-back', faultCode: 'confirm.hang' },
  ],
  ['a release that no rollout brought', report('confirmed', two), [part('r-3', THREE, 'offered', 3)], undefined],
]

test.each(cases)('%s', (_story, said, parts, change) => {
  expect(changeBy(said, parts)).toEqual(change)
})
