import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paint } from './paint.ts'
import { neutralise, neutraliseJson, say } from './safe-text.ts'

// Everything by which a terminal can be told to do something, or a reader be fooled.
const COMMANDS = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b\ufeff\ufff9-\ufffb]/u

test.each([
  ['a colour', '\x1b[31mred', '\\x1b[31mred'],
  ['a window title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
  ['a title by C1', '\x9d0;owned\x9c', '\\x9d0;owned\\x9c'],
  ['a second line', 'ok\r\nsealift: all devices confirmed', 'ok\\x0d\\nsealift: all devices confirmed'],
  ['a line over this one', 'ok\rfake', 'ok\\x0dfake'],
  ['erased words', 'bad\b\b\bgood', 'bad\\x08\\x08\\x08good'],
  ['text that runs the other way', 'exe\u202egnp.tset', 'exe\\u202egnp.tset'],
  ['an invisible letter', 'thermo\u200bstat', 'thermo\\u200bstat'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('shows %s instead of obeying it', (_story, outside, shown) => {
  expect(neutralise(outside)).toBe(shown)
})

test('leaves the writing of the world alone', () => {
  const text = 'Größe, Ελλάδα, العربية, 温度計, emoji 🚢 — “quoted”'
  expect(neutralise(text)).toBe(text)
})

test('no text from outside commands a terminal (attack 44)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (outside) => {
      expect(say`device ${outside}`.painted).not.toMatch(COMMANDS)
    }),
  )
})

test('our own colours stay, and are gone from the plain form', () => {
  const line = say`state ${paint.bad('bad\x1b[2J')}`
  expect(line.painted).toBe('state \x1b[31mbad\\x1b[2J\x1b[39m')
  expect(line.plain).toBe('state bad\\x1b[2J')
})

test('JSON for a program stays equal, and commands no terminal either', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
      const json = JSON.stringify(value, null, 2)
      const shown = neutraliseJson(json)
      expect(JSON.parse(shown)).toEqual(JSON.parse(json))
      expect(shown.replaceAll('\n', '')).not.toMatch(COMMANDS)
    }),
  )
})
