import { FAULTS, Fault, type Problem } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { complain } from './complain.ts'
import { Refused } from './refused.ts'
import { trialTerminal } from './trial-terminal.ts'
import { UsageError } from './usage-error.ts'

const PROBLEM: Problem = {
  type: 'urn:sealift:fault:publish.digest',
  title: 'the uploaded bytes are not the bytes that were announced',
  status: 422,
  detail: 'the uploaded bytes are not the bytes that were announced',
  code: 'publish.digest',
  next: 'send it again; nothing was stored',
  facts: {},
}

test('a fault is told with its code, its meaning, its facts and what to do next', () => {
  const { exit, err } = told(new Fault('verify.threshold', { role: 'product/bulb', valid: 0 }))
  expect(exit).toBe('verification')
  expect(err).toBe(`sealift: too few valid signatures (verify.threshold)
  role   product/bulb
  valid  0
next: ${FAULTS['verify.threshold'].next}
`)
})

test('a refusal of the server keeps its words, also those that only a newer server knows', () => {
  const { exit, err } = told(new Refused({ ...PROBLEM, code: 'publish.tomorrow', detail: 'a reason of its own' }))
  expect(exit).toBe('error')
  expect(err).toContain('(publish.tomorrow)\n  a reason of its own\nnext: send it again')
  expect(told(new Refused(PROBLEM)).exit).toBe('verification')
})

test.each([
  ['ENOENT', 'keep.missing'],
  ['EACCES', 'keep.missing'],
  ['EEXIST', 'keep.exists'],
  ['ENOSPC', 'keep.full'],
])('%s of the operating system is %s', (os, code) => {
  const error = Object.assign(new Error(os), { code: os, path: '/some/file' })
  const { exit, err } = told(error)
  expect(exit).toBe('error')
  expect(err).toContain(`(${code})`)
  expect(err).toContain('/some/file')
})

test('what should not have happened says how to report it, and shows its stack only when asked', () => {
  const { exit, err } = told(new TypeError('x is not a function'))
  expect(exit).toBe('error')
  expect(err).toContain('SEALIFT_DEBUG=1')
  expect(err).not.toContain('complain.test.ts')
  expect(told(new TypeError('x'), { SEALIFT_DEBUG: '1' }).err).toContain('complain.test.ts')
})

test('a usage error ends with usage', () => {
  expect(told(new UsageError('no', 'say yes'))).toEqual({ exit: 'usage', err: 'sealift: no (usage)\nnext: say yes\n' })
})

test('nothing in an error commands the terminal (attack 44)', () => {
  const hostile = '\x1b]0;owned\x07\r\nsealift: all is well'
  const problem = {
    ...PROBLEM,
    title: hostile,
    detail: hostile,
    code: hostile,
    next: hostile,
    facts: { [hostile]: hostile },
  }
  expect(told(new Refused(problem)).err.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  const terminal = trialTerminal()
  complain(terminal, new Refused(problem), true)
  expect(terminal.err().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(JSON.parse(terminal.err())).toMatchObject({ title: hostile, facts: { [hostile]: hostile } })
})

function told(error: unknown, env: Record<string, string> = {}): { exit: string; err: string } {
  const terminal = trialTerminal({ env })
  const exit = complain(terminal, error, false)
  expect(terminal.out()).toBe('')
  return { exit, err: terminal.err() }
}
