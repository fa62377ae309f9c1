// Exit codes are a contract with scripts.

import { FAULTS } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { EXITS, exitOfFault } from './exit-codes.ts'

test('are what they have always been', () => {
  const codes = Object.fromEntries(Object.entries(EXITS).map(([name, { code }]) => [name, code]))
  expect(codes).toEqual({
    ok: 0,
    error: 1,
    usage: 2,
    approval: 3,
    stopped: 4,
    rolledBack: 5,
    verification: 6,
    timeout: 7,
  })
})

test.each([
  ['assign.approval', 'approval'],
  ['verify.threshold', 'verification'],
  ['verify.expired', 'verification'],
  ['audit.chain', 'verification'],
  ['boot.manifest', 'verification'],
  ['confirm.unhealthy', 'rolledBack'],
  ['publish.unreachable', 'error'],
  ['keep.missing', 'error'],
  ['a.code-of-tomorrow', 'error'],
])('%s ends with %s', (code, exit) => {
  expect(exitOfFault(code)).toBe(exit)
})

test('every fault has one', () => {
  for (const code of Object.keys(FAULTS)) expect(EXITS).toHaveProperty(exitOfFault(code))
})
