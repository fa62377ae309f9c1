// Columns line up whatever is in them.

import { expect, test } from 'vitest'
import { paint } from './paint.ts'
import { facts, table } from './table.ts'

const columns = [
  { heading: 'NAME', cell: (row: readonly [string, number]) => paint.strong(row[0]) },
  { heading: 'COUNT', cell: (row: readonly [string, number]) => row[1], right: true },
  { heading: 'REMARK', cell: () => 'x' },
]

test('pads by what is seen, not by colour codes or characters', () => {
  const lines = table(
    [
      ['ab', 5],
      ['温度', 1000],
    ],
    columns,
    'nothing',
  )
  expect(lines.map((line) => line.plain)).toEqual(['NAME  COUNT  REMARK', 'ab        5  x', '温度   1000  x'])
})

test('says so when there is nothing', () => {
  expect(table([], columns, 'no rows').map((line) => line.plain)).toEqual(['no rows'])
})

test('a cell with a line break stays on its line', () => {
  expect(
    facts([
      ['a', 'one\ntwo'],
      ['long', 3],
    ]).map((line) => line.plain),
  ).toEqual(['a     one\\ntwo', 'long  3'])
})
