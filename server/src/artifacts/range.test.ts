// Ranges as RFC 9110 §14 has them.

import { expect, test } from 'vitest'
import { partOf } from './range.ts'

const LENGTH = 1000

const cases: [story: string, range: string | undefined, part: [number, number] | undefined][] = [
  ['no range', undefined, undefined],
  ['from the start', 'bytes=0-99', [0, 100]],
  ['to the end', 'bytes=900-', [900, 1000]],
  ['the last byte', 'bytes=999-999', [999, 1000]],
  ['end beyond the image is cut', 'bytes=900-5000', [900, 1000]],
  ['the last hundred', 'bytes=-100', [900, 1000]],
  ['more than there is from the end', 'bytes=-5000', [0, 1000]],
  ['end before begin is no range', 'bytes=5-4', undefined],
  ['several ranges: the whole', 'bytes=0-1,5-6', undefined],
  ['another unit: the whole', 'lines=0-1', undefined],
  ['neither begin nor end', 'bytes=-', undefined],
  ['digits without end', `bytes=${'9'.repeat(400)}-`, undefined],
  ['not a number', 'bytes=0x10-', undefined],
]

test.each(cases)('%s', (_story, range, part) => {
  const want = part && { fromBytes: part[0], toBytes: part[1] }
  expect(partOf(range, undefined, '"a"', LENGTH)).toEqual(want)
})

test.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0'])('%s begins behind the end', (range) => {
  expect(() => partOf(range, undefined, '"a"', LENGTH)).toThrow(expect.objectContaining({ code: 'deliver.range' }))
})

test('a range of other content is answered with the whole (RFC 9110 §13.1.5)', () => {
  expect(partOf('bytes=5-', '"a"', '"a"', LENGTH)).toEqual({ fromBytes: 5, toBytes: LENGTH })
  expect(partOf('bytes=5-', '"b"', '"a"', LENGTH)).toBeUndefined()
  expect(partOf('bytes=5-', 'W/"a"', '"a"', LENGTH)).toBeUndefined()
})
