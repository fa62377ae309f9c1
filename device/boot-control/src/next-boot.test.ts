import { expect, test } from 'vitest'
import type { BootState } from './boot-state.ts'
import { type BootStep, giveUp, nextBoot, type Verdict, type Verdicts } from './next-boot.ts'

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)

const calm: BootState = { active: { slot: 'a', sha256: A }, trial: null, fellBack: null, bootCount: 4, floorDue: 0 }
const armed: BootState = { ...calm, trial: { slot: 'b', sha256: B, triesLeft: 2 } }

const fitA: Verdict = { fit: true, sha256: A, version: '1.0.0' }
const fitB: Verdict = { fit: true, sha256: B, version: '2.0.0' }
const bad: Verdict = { fit: false, code: 'boot.digest', facts: { why: 'EIO' } }
const low: Verdict = { fit: false, code: 'boot.floor', facts: {} }

const startA = (state: Partial<BootState> = {}): BootStep => ({
  do: 'start',
  slot: 'a',
  version: '1.0.0',
  state: { ...calm, bootCount: 5, ...state },
})
const startB = (state: Partial<BootState>): BootStep => ({
  do: 'start',
  slot: 'b',
  version: '2.0.0',
  state: { ...calm, bootCount: 5, ...state },
})
const gaveUp = (code: string, facts = {}) => ({ fellBack: { slot: 'b' as const, sha256: B, code, facts } })

const cases: [story: string, state: BootState, verdicts: Verdicts, step: BootStep][] = [
  ['nothing known: the kept slot is looked at', calm, {}, { do: 'verify', slot: 'a' }],
  ['the kept slot is fit: it starts, and the other one is not even read', calm, { a: fitA }, startA()],
  ['the kept slot is bad: the other one is looked at', calm, { a: bad }, { do: 'verify', slot: 'b' }],
  [
    'the kept slot is bad, the other one fit: it is kept from now on, and the reason remembered',
    calm,
    { a: bad, b: fitB },
    startB({
      active: { slot: 'b', sha256: B },
      fellBack: { slot: 'a', sha256: A, code: 'boot.digest', facts: { why: 'EIO' } },
    }),
  ],
  ['both are bad: halt', calm, { a: bad, b: low }, { do: 'halt', codes: { a: 'boot.digest', b: 'boot.floor' } }],
  ['armed: the new slot is looked at first', armed, {}, { do: 'verify', slot: 'b' }],
  [
    'armed and fit: it is tried, and the try counted',
    armed,
    { b: fitB },
    startB({ trial: { slot: 'b', sha256: B, triesLeft: 1 } }),
  ],
  [
    'last try',
    { ...armed, trial: { slot: 'b', sha256: B, triesLeft: 1 } },
    { b: fitB },
    startB({ trial: { slot: 'b', sha256: B, triesLeft: 0 } }),
  ],
  [
    'tries used up: the kept slot, and the new one is not even read',
    { ...armed, trial: { slot: 'b', sha256: B, triesLeft: 0 } },
    { a: fitA },
    startA(gaveUp('boot.tries')),
  ],
  ['armed but bad: given up for its own reason', armed, { b: low, a: fitA }, startA(gaveUp('boot.floor'))],
  [
    'armed, but the slot holds another release by now: given up',
    armed,
    { b: { ...fitB, sha256: 'c'.repeat(64) }, a: fitA },
    startA(gaveUp('boot.digest', { armed: B, found: 'c'.repeat(64) })),
  ],
  [
    'tries used up, and the kept slot went bad meanwhile: the given-up image is better than none',
    { ...armed, trial: { slot: 'b', sha256: B, triesLeft: 0 } },
    { a: bad, b: fitB },
    startB({ active: { slot: 'b', sha256: B }, ...gaveUp('boot.tries') }),
  ],
  [
    'armed and bad, and so is the kept one: halt',
    armed,
    { b: low, a: bad },
    { do: 'halt', codes: { a: 'boot.digest', b: 'boot.floor' } },
  ],
  [
    'the same with the slots exchanged',
    { ...calm, active: { slot: 'b', sha256: B } },
    { b: bad, a: low },
    { do: 'halt', codes: { a: 'boot.floor', b: 'boot.digest' } },
  ],
]

test.each(cases)('%s', (_story, state, verdicts, step) => {
  expect(nextBoot(state, verdicts)).toEqual(step)
})

test('giving up without a trial changes nothing', () => {
  expect(giveUp(calm, 'boot.tries', {})).toBe(calm)
})
