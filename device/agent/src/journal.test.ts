// What is remembered of a verified word, of failures, and when a failure is news.

import type { BootView, SlotContent } from '@sealift/boot-control'
import { Fault, type FaultCode } from '@sealift/protocol'
import type { Assignment, Verified } from '@sealift/trust'
import { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { releaseOf } from '../test/publisher.ts'
import { BLANK, failureOf, type Journal, readJournal, type Work, withFailure, writeJournal } from './journal.ts'
import { FAILURES_MAX, SPOILED_MAX } from './limits.ts'
import { isNews } from './look.ts'
import { isHopeless } from './refuse.ts'
import { journalAfter } from './verify.ts'

const V1 = '1'.repeat(64)
const V2 = '2'.repeat(64)
const V3 = '3'.repeat(64)

const running: SlotContent = {
  product: 'thermostat',
  version: '1.0.0',
  sha256: V1,
  lengthBytes: 10,
  releaseCounter: 1,
  securityCounter: 1,
}

function assignmentOf(sha256: string, version: string): Assignment {
  const release = releaseOf(version)
  return { path: `t/${version}/i`, lengthBytes: 10, sha256, hashes: { sha256 }, release, bootManifest: '{}' }
}

function after(journal: Partial<Journal>, said: Partial<Verified>, attempt = 0): Partial<Journal> {
  const state = { director: { root: '', delegated: {} }, image: { root: '', delegated: {} } }
  const verified = { state, word: { deviceId: 'd', attempt }, assignment: undefined, ...said }
  return journalAfter({ ...BLANK, ...journal }, verified, { etag: '"1"' }, running, 5_000)
}

const begun = (): Work => {
  const { work } = after({}, { assignment: assignmentOf(V2, '2.0.0') })
  if (!work) expect.fail('no work')
  return { ...work, writtenBytes: 7, spoiled: 1, offeredAtMs: 3 }
}

test('an assignment becomes work that begins at nothing', () => {
  const { work, word } = after({}, { assignment: assignmentOf(V2, '2.0.0') }, 4)
  expect(work).toMatchObject({
    sha256: V2,
    attempt: 4,
    writtenBytes: 0,
    offeredAtMs: 5_000,
    installed: false,
    armed: false,
  })
  expect(word).toMatchObject({ etag: '"1"', whyNot: null })
})

test('the same image goes on where it was, and is still as old as when it was first offered', () => {
  const { work } = after({ work: begun() }, { assignment: assignmentOf(V2, '2.0.0') }, 9)
  expect(work).toMatchObject({ writtenBytes: 7, spoiled: 1, offeredAtMs: 3, attempt: 9 })
})

test('another image begins anew', () => {
  const { work } = after({ work: begun() }, { assignment: assignmentOf(V3, '3.0.0') })
  expect(work).toMatchObject({ sha256: V3, writtenBytes: 0, spoiled: 0, offeredAtMs: 5_000 })
})

test('no assignment ends the work, with the reason that was given', () => {
  expect(after({ work: begun() }, { word: { deviceId: 'd', attempt: 0, whyNot: 'paused' } })).toMatchObject({
    work: null,
    word: { whyNot: 'paused' },
  })
})

test('a reason that only a newer server knows is no reason to stumble', () => {
  expect(after({}, { word: { deviceId: 'd', attempt: 0, whyNot: 'full_moon' } }).word?.whyNot).toBe('no_match')
  expect(after({}, { word: { deviceId: 'd', attempt: 0, whyNot: 'toString' } }).word?.whyNot).toBe('no_match')
})

test('what runs already is no work; the same bytes released again under another version are', () => {
  expect(after({}, { assignment: assignmentOf(V1, '1.0.0') })).toMatchObject({
    work: null,
    word: { whyNot: 'up_to_date' },
  })
  expect(after({}, { assignment: assignmentOf(V1, '2.0.0') }).work?.release.version).toBe('2.0.0')
})

test.each([
  [0, 'held_back'],
  [2, 'held_back'],
  [3, null],
])('an image that failed at attempt 2 is asked for again at attempt %i: %s', (attempt, whyNot) => {
  const failed = [{ sha256: V2, attempt: 2, code: 'confirm.crash' }]
  const { work, word } = after({ failed }, { assignment: assignmentOf(V2, '2.0.0') }, attempt)
  expect(word?.whyNot).toBe(whyNot)
  expect(work === null).toBe(whyNot !== null)
})

test('a good word mends a refused check or verification, and says so; it does not mend a refused download', () => {
  const refused = (key: string) => ({ refused: { key, atMs: 1 }, said: 'x' })
  expect(after(refused('verify.expired '), {})).toMatchObject({ refused: null, said: null })
  expect(after(refused('check.slow '), {})).toMatchObject({ refused: null, said: null })
  expect(after(refused(`download.digest ${V2}`), {})).not.toHaveProperty('refused')
})

test('failures are remembered once for each image, and the oldest are forgotten', () => {
  let failed: Journal['failed'] = []
  for (let i = 0; i < FAILURES_MAX + 4; i++) {
    failed = withFailure({ ...BLANK, failed }, { sha256: String(i).padStart(64, '0'), attempt: 0, code: 'boot.tries' })
  }
  failed = withFailure({ ...BLANK, failed }, { sha256: failed[3]?.sha256 ?? '', attempt: 5, code: 'boot.tries' })
  expect(failed).toHaveLength(FAILURES_MAX)
  expect(failed.at(-1)?.attempt).toBe(5)
  expect(failureOf({ ...BLANK, failed }, { sha256: '0'.repeat(64), attempt: 0 })).toBeUndefined()
})

test('a journal is read as it was written', async () => {
  const disk = new VirtualDisk()
  await writeJournal(disk, { ...BLANK, seq: 77, work: begun() })
  expect((await readJournal(disk, 9)).journal).toMatchObject({ seq: 77, work: { sha256: V2 } })
})

test.each([
  ['damaged', { 'agent/journal.json': Buffer.from('{"format":"sealift-agent-1"') }, 'keep.damaged'],
  ['gone', {}, 'keep.missing'],
])('one that is %s is forgotten, and numbers of reports go on from the clock', async (_story, files, code) => {
  const { journal, damage } = await readJournal(new VirtualDisk({ files }), 1_795_000_000_000)
  expect(journal).toEqual({ ...BLANK, seq: 1_795_000_000_000 })
  expect(damage?.code).toBe(code)
})

const fellBack = { slot: 'b', sha256: V2, code: 'confirm.crash', facts: {} } as const
const failed = [{ sha256: V2, attempt: 0, code: 'confirm.crash' }]

const news: [story: string, view: Partial<BootView>, journal: Partial<Journal>, want: boolean][] = [
  ['nothing was given up', {}, { work: begun() }, false],
  ['the armed image was given up', { fellBack }, { work: { ...begun(), armed: true } }, true],
  ['power failed between arm and note', { fellBack }, { work: begun() }, true],
  ['it is known', { fellBack }, { work: null, failed }, false],
  ['a second attempt is under way, not armed yet', { fellBack }, { work: begun(), failed }, false],
  ['the second attempt was given up too', { fellBack }, { work: { ...begun(), armed: true }, failed }, true],
  ['the journal was lost', { fellBack }, { work: null }, true],
  ['while a trial runs nothing is over', { fellBack, trial: true }, { work: { ...begun(), armed: true } }, false],
]

test.each(news)('a trial that was given up is news: %s', (_story, view, journal, want) => {
  const calm: BootView = {
    running: 'a',
    trial: false,
    healthy: true,
    slots: { a: running, b: undefined },
    fellBack: undefined,
    bootCount: 1,
    floor: 1,
  }
  expect(isNews({ ...calm, ...view }, { ...BLANK, ...journal })).toBe(want)
})

const hopes: [code: FaultCode, facts: Fault['facts'], spoiled: number, want: boolean][] = [
  ['download.interrupted', {}, 0, false],
  ['download.digest', {}, SPOILED_MAX - 1, false],
  ['download.digest', {}, SPOILED_MAX, true],
  ['install.space', { error: 'ENOSPC' }, 0, false],
  ['install.space', { fits: false }, 0, true],
  ['boot.tries', {}, 0, true],
  ['boot.trial', {}, 0, false],
]

test.each(hopes)('%s %o after %i spoiled downloads is hopeless: %s', (code, facts, spoiled, want) => {
  expect(isHopeless({ spoiled }, new Fault(code, facts))).toBe(want)
})
