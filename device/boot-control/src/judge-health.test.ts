import { expect, test } from 'vitest'
import { type Judgement, judgeHealth, type Seen } from './judge-health.ts'

const patience = { healthTimeLimitMs: 5000, watchdogMs: 1000, confirmTimeLimitMs: 20_000 }

const fresh: Seen = { trial: true, answer: 'none', why: 'w', wasWell: false, runningMs: 0, silentMs: 0 }
const running: Seen = { ...fresh, answer: 'well', wasWell: true, runningMs: 6000 }

const cases: [story: string, seen: Seen, healthy: boolean | undefined, code?: string][] = [
  ['not there yet', fresh, undefined],
  [
    'not there for longer than the watchdog waits, but still starting',
    { ...fresh, runningMs: 4999, silentMs: 4999 },
    undefined,
  ],
  ['ill, but still starting', { ...fresh, answer: 'ill', runningMs: 4999 }, undefined],
  ['never answered within the time limit', { ...fresh, runningMs: 5000, silentMs: 5000 }, false, 'confirm.hang'],
  ['never well within the time limit', { ...fresh, answer: 'ill', runningMs: 5000 }, false, 'confirm.unhealthy'],
  [
    'the same outside a trial: told, and left running',
    { ...fresh, trial: false, answer: 'ill', runningMs: 5000 },
    false,
  ],
  ['well for the first time, at the last moment', { ...fresh, answer: 'well', runningMs: 5000 }, true],
  ['well', running, true],
  ['ill after it was well: the trial is over', { ...running, answer: 'ill' }, false, 'confirm.unhealthy'],
  ['ill outside a trial', { ...running, trial: false, answer: 'ill' }, false],
  ['silent, but not yet for long', { ...running, answer: 'none', silentMs: 999 }, undefined],
  ['silent for as long as the watchdog waits', { ...running, answer: 'none', silentMs: 1000 }, false, 'confirm.hang'],
  [
    'silent outside a trial is a hang as well',
    { ...running, trial: false, answer: 'none', silentMs: 1000 },
    false,
    'confirm.hang',
  ],
  ['nobody confirms, a moment before the limit', { ...running, runningMs: 19_999 }, true],
  ['nobody confirms', { ...running, runningMs: 20_000 }, true, 'confirm.late'],
  ['nobody confirms while it is just silent', { ...running, answer: 'none', runningMs: 20_000 }, true, 'confirm.late'],
  ['confirmed long ago', { ...running, trial: false, runningMs: 2_000_000 }, true],
]

test.each(cases)('%s', (_story, seen, healthy, code) => {
  const judgement: Judgement = judgeHealth(seen, patience)
  expect([judgement.healthy, judgement.giveUp?.code]).toEqual([healthy, code])
})

test('the reason for giving up is what the image said', () => {
  const { giveUp } = judgeHealth({ ...running, answer: 'ill', why: 'sensor is dead' }, patience)
  expect(giveUp?.facts).toEqual({ why: 'sensor is dead', runningMs: 6000 })
})
