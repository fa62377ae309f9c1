// What reports read like, when they happened, and which of them an auditor sees.

import { FAULTS, type Report, ReportEvent, Step } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { belongsInJournal, textOf, toldAtMs } from './told.ts'

const report = (event: Report['event'], more: Partial<Report> = {}): Report => ({
  deviceId: 'lamp-1',
  seq: 1,
  atMs: 500,
  bootCount: 1,
  running: { version: '1.0.0', sha256: '1'.repeat(64), securityCounter: 1 },
  step: 'rest',
  event,
  ...more,
})
const refused = (code: string) => report('refused', { fault: { code, facts: {} } })

const texts: [report: Report, text: string][] = [
  [report('idle'), 'rests'],
  [report('idle', { whyNot: 'up_to_date' }), 'rests: it runs the newest release meant for it'],
  [report('progress', { step: 'download', progress: { doneBytes: 999, ofBytes: 1000 } }), 'downloads, 99 %'],
  [report('progress', { step: 'download', progress: { doneBytes: 0, ofBytes: 0 } }), 'downloads'],
  [report('progress', { step: 'boot' }), 'starts the new image'],
  [report('confirmed'), 'keeps the new image'],
  [refused('verify.threshold'), `refused: ${FAULTS['verify.threshold'].means}`],
  [refused('verify.moon-phase'), 'refused: verify.moon-phase'],
]

test.each(texts)('%o', (said, text) => {
  expect(textOf(said)).toBe(text)
})

test('every event at every step has words', () => {
  for (const event of ReportEvent.enum) {
    for (const step of Step.enum) expect(textOf(report(event, { step }))).toMatch(/^[a-z][^{}]+$/)
  }
})

const times: [story: string, atMs: number, toldMs: number][] = [
  ['its clock may be right', 500, 500],
  ['at the very moment it enrolled', 100, 100],
  ['now', 900, 900],
  ['before it enrolled: its clock has not been set', 99, 900],
  ['later than now: its clock is ahead', 901, 900],
]

test.each(times)('%s', (_story, atMs, toldMs) => {
  expect(toldAtMs(report('idle', { atMs }), 100, 900)).toBe(toldMs)
})

const journal: [report: Report, belongs: boolean][] = [
  [report('confirmed'), true],
  [report('fell-back'), true],
  [report('installed'), true],
  [report('owner-refused'), true],
  [refused('verify.threshold'), true],
  [refused('check.untrusted-server'), true],
  [refused('verify.moon-phase'), true],
  [refused('download.digest'), true],
  [refused('download.interrupted'), false],
  [refused('check.unreachable'), false],
  [report('idle'), false],
  [report('progress'), false],
]

test.each(journal)('%o', (said, belongs) => {
  expect(belongsInJournal(said)).toBe(belongs)
})
