// Every report against every outcome that matters, and what must hold for any order of them.

import { DeviceOutcome, ReportEvent, Step } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomeAfter, type Word } from './outcome.ts'

const NEW = 'b'.repeat(64)
const OLD = 'a'.repeat(64)

const running = (sha256: string) => ({ version: '1.0.0', sha256, securityCounter: 1 })
const word = (event: Word['event'], more: Partial<Word> = {}): Word => ({
  event,
  step: 'rest',
  running: running(OLD),
  ...more,
})
const refused = (code: string) => word('refused', { fault: { code, facts: {} } })

const cases: [story: string, before: DeviceOutcome, word: Word, after: DeviceOutcome][] = [
  ['it downloads', 'offered', word('progress', { step: 'download' }), 'installing'],
  ['it writes its slot', 'installing', word('progress', { step: 'install' }), 'installing'],
  ['the slot is written, it goes to boot', 'installing', word('installed', { step: 'install' }), 'booting'],
  ['it boots', 'installing', word('progress', { step: 'boot' }), 'booting'],
  ['it runs on trial', 'booting', word('booted', { step: 'confirm', running: running(NEW) }), 'booting'],
  ['it keeps the image', 'booting', word('confirmed', { running: running(NEW) }), 'confirmed'],
  ['it gives the image up', 'booting', word('fell-back'), 'fell-back'],
  ['it asks its owner', 'installing', word('awaiting-owner'), 'awaiting-owner'],
  ['its owner says later', 'awaiting-owner', word('owner-deferred'), 'awaiting-owner'],
  ['its owner says no', 'awaiting-owner', word('owner-refused'), 'refused-by-owner'],
  ['its owner says no, told as a fault', 'awaiting-owner', refused('confirm.refused'), 'refused-by-owner'],
  ['its owner says yes', 'awaiting-owner', word('progress', { step: 'download' }), 'installing'],
  ['its owner thinks again', 'refused-by-owner', word('progress', { step: 'download' }), 'installing'],
  ['it refuses a signature', 'installing', refused('verify.threshold'), 'failed'],
  ['the connection broke', 'installing', refused('download.interrupted'), 'installing'],
  ['bad bytes, and it tries again', 'installing', refused('download.digest'), 'installing'],
  ['bad bytes, and it gives up', 'installing', { ...refused('download.digest'), whyNot: 'held_back' }, 'failed'],
  ['the repository is half-way through a publication', 'offered', refused('verify.mix-and-match'), 'offered'],
  ['a refusal without a reason', 'installing', word('refused'), 'failed'],
  ['the server could not be reached', 'offered', refused('check.unreachable'), 'offered'],
  ['a fault of another version of the software', 'installing', refused('verify.moon-phase'), 'failed'],
  ['it has nothing to do', 'offered', word('idle'), 'offered'],
  ['it has nothing to do and runs the release', 'offered', word('idle', { running: running(NEW) }), 'confirmed'],
  ['silent, and speaks again from the old image', 'silent', word('idle'), 'offered'],
  ['silent, and was well all the time', 'silent', word('confirmed', { running: running(NEW) }), 'confirmed'],
  ['silent, and had fallen back', 'silent', word('fell-back'), 'fell-back'],
  ['confirmed, and an old progress comes late', 'confirmed', word('progress', { step: 'download' }), 'confirmed'],
  ['confirmed, and refuses something else', 'confirmed', refused('verify.threshold'), 'confirmed'],
  ['confirmed, and falls back later', 'confirmed', word('fell-back'), 'fell-back'],
  ['fell back, and downloads by itself', 'fell-back', word('progress', { step: 'download' }), 'fell-back'],
  ['failed, and got there in the end', 'failed', word('confirmed', { running: running(NEW) }), 'confirmed'],
]

test.each(cases)('%s: %s', (_story, before, said, after) => {
  expect(outcomeAfter(before, said, NEW)).toBe(after)
})

const anOutcome = fc.constantFrom(...DeviceOutcome.enum)
const aWord: fc.Arbitrary<Word> = fc.record({
  event: fc.constantFrom(...ReportEvent.enum),
  step: fc.constantFrom(...Step.enum),
  running: fc.constantFrom(running(OLD), running(NEW)),
  fault: fc.constantFrom(
    { code: 'verify.threshold', facts: {} },
    { code: 'download.interrupted', facts: {} },
    { code: 'who.knows', facts: {} },
  ),
})

test('a report that comes twice changes nothing the second time', () => {
  fc.assert(
    fc.property(anOutcome, aWord, (before, said) => {
      const once = outcomeAfter(before, said, NEW)
      expect(outcomeAfter(once, said, NEW)).toBe(once)
    }),
  )
})

test('a device that speaks is never silent', () => {
  fc.assert(
    fc.property(anOutcome, aWord, (before, said) => {
      expect(outcomeAfter(before, said, NEW)).not.toBe('silent')
    }),
  )
})

test('an end is left only for another end', () => {
  const ends: DeviceOutcome[] = ['confirmed', 'fell-back', 'failed']
  fc.assert(
    fc.property(fc.constantFrom(...ends), fc.array(aWord), (end, words) => {
      expect(ends).toContain(words.reduce((outcome, said) => outcomeAfter(outcome, said, NEW), end))
    }),
  )
})
