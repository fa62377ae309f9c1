// The table of what a device does next.

import { expect, test } from 'vitest'
import { nextStep, type Seen, type SeenTrial, type SeenWork, type Step } from './next-step.ts'

const calm: Seen = {
  fellBack: false,
  trial: undefined,
  offered: false,
  untold: false,
  work: undefined,
  asked: true,
  due: { check: false, report: false, work: true },
}

const fresh: SeenWork = {
  running: false,
  permission: 'go',
  fresh: true,
  whole: false,
  sealed: false,
  installed: false,
  armed: false,
}

const young: SeenTrial = { settled: false, reached: false, overtime: false }
const all = { check: true, report: true, work: true }
const none = { check: false, report: false, work: false }

const cases: [story: string, seen: Partial<Seen>, step: Step['do']][] = [
  ['nothing to do', {}, 'rest'],
  ['a check is due', { due: { ...none, check: true } }, 'check'],
  ['a check brought something', { offered: true, due: all }, 'verify'],
  ['something to say', { untold: true, due: { ...none, report: true } }, 'tell'],
  ['reports wait', { due: { ...none, report: true } }, 'report'],
  ['reports are heard before work goes on', { work: fresh, due: { ...all, check: false } }, 'report'],
  ['a due check comes before work: the rollout may have been stopped', { work: fresh, due: all }, 'check'],

  ['new work', { work: fresh }, 'download'],
  ['work from before the start, the server not asked yet', { work: fresh, asked: false }, 'rest'],
  ['new work, and the last try failed', { work: fresh, due: none }, 'rest'],
  ['the owner is asked', { work: { ...fresh, permission: 'ask' } }, 'rest'],
  ['the owner refused', { work: { ...fresh, permission: 'refused' } }, 'rest'],
  ['the owner deferred it', { work: { ...fresh, permission: 'deferred' } }, 'rest'],
  ["the director's word is past its date (attack 4)", { work: { ...fresh, fresh: false } }, 'rest'],
  ['all bytes are there', { work: { ...fresh, whole: true } }, 'install'],
  ['power failed between seal and note', { work: { ...fresh, whole: true, sealed: true } }, 'install'],
  ['the other slot has held it all along', { work: { ...fresh, sealed: true } }, 'install'],
  ['installed', { work: { ...fresh, whole: true, sealed: true, installed: true } }, 'boot'],
  ['installed once, but the manifest is gone', { work: { ...fresh, whole: true, installed: true } }, 'install'],
  ['installed once, and all is gone', { work: { ...fresh, installed: true } }, 'download'],
  [
    'installed, then the word grew old',
    { work: { ...fresh, whole: true, sealed: true, installed: true, fresh: false } },
    'rest',
  ],
  ['armed: what was begun is ended first', { work: { ...fresh, sealed: true, armed: true }, due: all }, 'boot'],
  ['armed, and the restart takes its time', { work: { ...fresh, sealed: true, armed: true }, due: none }, 'rest'],
  ['armed, and the slot lost', { work: { ...fresh, armed: true } }, 'download'],

  ['on trial, starting', { trial: young, due: none }, 'rest'],
  ['on trial, not said yet', { trial: young, untold: true, due: all }, 'tell'],
  ['on trial, the server not asked yet', { trial: { ...young, settled: true }, due: all }, 'check'],
  ['on trial, reports wait', { trial: young, due: { ...all, check: false } }, 'report'],
  ['on trial, well, the server away', { trial: { ...young, settled: true }, due: none }, 'rest'],
  ['on trial, well, the server answers', { trial: { ...young, settled: true, reached: true }, due: all }, 'confirm'],
  ['on trial, the server answers, not well yet', { trial: { ...young, reached: true }, due: none }, 'rest'],
  ['on trial for too long', { trial: { ...young, overtime: true }, due: all }, 'fall-back'],
  ['on trial, well in the last moment', { trial: { settled: true, reached: true, overtime: true } }, 'confirm'],
  ['on trial, v3 waits: the trial is settled first', { trial: young, offered: true, due: all }, 'report'],
  ['on trial, its own work is not begun again', { trial: young, work: { ...fresh, running: true }, due: none }, 'rest'],

  ['power failed between confirm and note', { work: { ...fresh, running: true }, due: all }, 'confirm'],
  ['a trial was given up', { fellBack: true, work: { ...fresh, armed: true, sealed: true }, due: all }, 'own-up'],
]

test.each(cases)('%s', (_story, seen, step) => {
  expect(nextStep({ ...calm, ...seen })).toEqual({ do: step })
})
