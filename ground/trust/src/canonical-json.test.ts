import { Fault } from '@sealift/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, parseStrictJson } from './canonical-json.ts'

const read = (text: string | Uint8Array, depthMax = 32) =>
  parseStrictJson(typeof text === 'string' ? Buffer.from(text, 'utf8') : text, 1_000_000, depthMax)

const written = (value: unknown) => Buffer.from(canonicalJson(value)).toString('utf8')

test('names are sorted by code point, not by UTF-16 unit', () => {
  expect(written({ '\u{1f600}': 1, '\ufb01': 2, a: 3 })).toBe('{"a":3,"\ufb01":2,"\u{1f600}":1}')
})

test('only the quote and the backslash are escaped (OLPC canonical JSON)', () => {
  expect(written('a"b\\c\nd')).toBe('"a\\"b\\\\c\nd"')
})

test.each([[1.5], [2 ** 53], [undefined], [Number.NaN]])('%s has no canonical form', (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError)
})

const refused: [story: string, text: string | Uint8Array][] = [
  ['duplicate names', '{"a":1,"a":2}'],
  ['duplicate names, one escaped', '{"a":1,"\\u0061":2}'],
  ['__proto__', '{"__proto__":{}}'],
  ['a fraction', '1.0'],
  ['an exponent', '1e3'],
  ['minus zero', '-0'],
  ['a leading zero', '01'],
  ['an integer beyond 2^53 - 1', '9007199254740992'],
  ['a lone surrogate', '"\\ud800"'],
  ['a bare control character', '"\u0001"'],
  ['an unknown escape', '"\\x41"'],
  ['a trailing comma', '[1,]'],
  ['bytes behind the value', '{} {}'],
  ['a byte order mark', '\ufeff{}'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['nothing', ''],
  ['nesting beyond the limit', `${'['.repeat(40)}${']'.repeat(40)}`],
]

test.each(refused)('%s is refused (attack 21)', (_story, text) => {
  expect(() => read(text)).toThrow(Fault)
})

test('nesting is allowed up to the limit and not one deeper', () => {
  expect(read('[[[0]]]', 3)).toEqual([[[0]]])
  expect(() => read('[[[[0]]]]', 3)).toThrow(Fault)
})

test('a very deep text is refused without exhausting the stack', () => {
  expect(() => read('['.repeat(900_000))).toThrow(Fault)
})

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

test('what JSON.stringify writes is read back the same, and has one canonical form', () => {
  fc.assert(
    fc.property(json, (value) => {
      const back = read(JSON.stringify(value))
      expect(back).toEqual(value)
      expect(written(back)).toBe(written(value))
    }),
  )
})

test('whatever the bytes, the reader returns what JSON.parse returns, or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, asText) => {
      const input = asText ? Buffer.from(JSON.stringify(Buffer.from(bytes).toString('latin1'))) : bytes
      let value: unknown
      try {
        value = read(input)
      } catch (error) {
        expect(error).toBeInstanceOf(Fault)
        return
      }
      expect(value).toEqual(JSON.parse(Buffer.from(input).toString('utf8')))
    }),
  )
})
