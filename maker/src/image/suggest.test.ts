import { expect, test } from 'vitest'
import { suggestVersion } from './suggest.ts'

test.each([
  ['1.4.0', '1.4.0'],
  ['v1.4.0', '1.4.0'],
  ['1.4.0+17', '1.4.0'],
  ['1.4', '1.4.0'],
  ['1.4.0-rc.1', '1.4.0-rc.1'],
  ['0.14.4', '0.14.4'],
  ['v4.4.3-148-g96b0d9', '4.4.3-148-g96b0d9'],
  ['01.4.0', undefined],
  ['1000000.0.0', undefined],
  ['12', undefined],
  ['arduino-lib-builder', undefined],
  ['', undefined],
])('%s suggests %s', (version, suggested) => {
  expect(suggestVersion({ format: 'esp', facts: { version } })).toBe(suggested)
})

test('an image without a version suggests none', () => {
  expect(suggestVersion({ format: 'raw', facts: {} })).toBeUndefined()
})
