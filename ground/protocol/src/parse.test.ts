import Type from 'typebox'
import { expect, test } from 'vitest'
import { Fault } from './fault.ts'
import { checkShape, parseJson } from './parse.ts'

const Reading = Type.Object(
  { at: Type.Integer({ minimum: 0 }), note: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

const bytesOf = (text: string) => new TextEncoder().encode(text)
const parse = (text: string, lengthBytesMax = 100) =>
  parseJson(Reading, bytesOf(text), { lengthBytesMax }, 'report.invalid')

function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('what is of the shape becomes a value', () => {
  expect(parse('{"at": 1, "note": "[{\\"}]"}')).toEqual({ at: 1, note: '[{"}]' })
})

const refused: [story: string, text: string, facts: object][] = [
  ['not JSON', '{"at": 1', { why: 'not JSON' }],
  ['nothing at all', '', { why: 'not JSON' }],
  ['a member that is missing', '{}', { at: '/' }],
  ['a member that nobody asked for', '{"at": 1, "admin": true}', { at: '/admin' }],
  ['a number that is none', '{"at": "1"}', { at: '/at' }],
  ['a number below its limit', '{"at": -1}', { at: '/at' }],
]

test.each(refused)('%s is refused with its code and its place', (_story, text, facts) => {
  const fault = faultOf(() => parse(text))
  expect(fault.code).toBe('report.invalid')
  expect(fault.facts).toMatchObject(facts)
})

test('bytes that are not UTF-8 are refused', () => {
  const fault = faultOf(() =>
    parseJson(Reading, Uint8Array.of(0x22, 0xff, 0x22), { lengthBytesMax: 9 }, 'report.invalid'),
  )
  expect(fault.facts).toMatchObject({ why: 'not UTF-8' })
})

test('the limit on length is met exactly', () => {
  const text = '{"at":1}'
  expect(parse(text, text.length)).toEqual({ at: 1 })
  expect(faultOf(() => parse(text, text.length - 1)).facts).toMatchObject({ why: 'too long', lengthBytes: 8 })
})

test('attack 42 algorithmic cost: nesting is counted before it is parsed, and brackets in texts do not count', () => {
  const Any = Type.Unknown()
  const nested = (depth: number) => bytesOf('['.repeat(depth) + ']'.repeat(depth))
  const limits = { lengthBytesMax: 1_000_000, depthMax: 8 }
  expect(parseJson(Any, nested(8), limits, 'report.invalid')).toEqual([[[[[[[[]]]]]]]])
  expect(faultOf(() => parseJson(Any, nested(9), limits, 'report.invalid')).facts).toEqual({ why: 'nested too deep' })
  expect(faultOf(() => parseJson(Any, nested(400_000), limits, 'report.invalid')).code).toBe('report.invalid')
  expect(parseJson(Any, bytesOf(`"${'['.repeat(99)}\\"["`), limits, 'report.invalid')).toContain('[')
})

test('attack 47 prototype pollution: __proto__ is a member like any other, and nobody asked for it', () => {
  expect(faultOf(() => parse('{"at": 1, "__proto__": {"admin": true}}')).code).toBe('report.invalid')
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
})

test('a value is held against its schema by the same rule', () => {
  expect(checkShape(Reading, { at: 2 }, 'report.invalid')).toEqual({ at: 2 })
  expect(faultOf(() => checkShape(Reading, [], 'assign.invalid')).code).toBe('assign.invalid')
})
