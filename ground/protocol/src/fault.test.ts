import { expect, test } from 'vitest'
import { FAULTS, Fault, type FaultCode, faultKind, isFaultCode } from './fault.ts'
import { BESIDE_LIFE, DEVICE_STEPS, STAGES } from './life.ts'

const codes = Object.keys(FAULTS) as FaultCode[]

test('a fault carries its code, its facts and its cause, and says what happened', () => {
  const cause = new Error('ENOSPC')
  const fault = new Fault('keep.full', { folder: 'blobs' }, { cause })
  expect(fault).toMatchObject({ code: 'keep.full', facts: { folder: 'blobs' }, cause })
  expect(fault.message).toContain(FAULTS['keep.full'].means)
  expect(fault.message).toContain('"folder":"blobs"')
})

test('codes stand in the order of the life of an update', () => {
  const order: readonly string[] = [...new Set([...STAGES, ...DEVICE_STEPS]), ...BESIDE_LIFE]
  const stages = [...new Set(codes.map((code) => code.slice(0, code.indexOf('.'))))]
  expect(stages.filter((stage) => !order.includes(stage))).toEqual([])
  expect(codes.map((code) => code.slice(0, code.indexOf('.')))).toEqual(
    stages.flatMap((stage) => codes.filter((code) => code.startsWith(`${stage}.`)).map(() => stage)),
  )
})

test('every code says what happened and what to do next, in words that are fit for a terminal', () => {
  const poor = codes.filter((code) => {
    const { means, next } = faultKind(code)
    return [means, next].some((text) => text.length < 8 || !/^[\x20-\x7e…]+$/.test(text))
  })
  expect(poor).toEqual([])
})

test('the words of another version are not taken for a code of ours', () => {
  expect(isFaultCode('verify.rollback')).toBe(true)
  expect(['verify.unheard-of', 'toString', '__proto__', ''].filter(isFaultCode)).toEqual([])
})
