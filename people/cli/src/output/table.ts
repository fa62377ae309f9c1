// Rows under headings, each column as wide as its widest cell.

import { paint } from './paint.ts'
import { join, type SafeText, safe } from './safe-text.ts'
import { widthOf } from './width.ts'

type Cell = string | number | SafeText

export type Column<Row> = {
  readonly heading: string
  readonly cell: (row: Row) => Cell
  /** Figures stand right, words left. */
  readonly right?: boolean
}

/** The lines of a table; `empty` alone when there are no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): readonly SafeText[] {
  if (rows.length === 0) return [paint.quiet(empty)]
  const cells = rows.map((row) => columns.map((column) => safe(column.cell(row))))
  const headings = columns.map((column) => paint.quiet(column.heading))
  return align(
    [headings, ...cells],
    columns.map((column) => column.right === true),
  )
}

/** Name and value on each line, the values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: Cell])[]): readonly SafeText[] {
  return align(
    pairs.map(([name, value]) => [paint.quiet(name), safe(value)]),
    [false, false],
  )
}

function align(rows: readonly (readonly SafeText[])[], right: readonly boolean[]): readonly SafeText[] {
  const widths = right.map((_right, i) => Math.max(...rows.map((row) => widthOf(row[i]?.plain ?? ''))))
  return rows.map((row) => {
    // Blanks behind the last word would only be carried along when somebody copies the line.
    const last = row.findLastIndex((cell) => cell.plain !== '')
    const cells = row.slice(0, last + 1).map((cell, i) => pad(cell, blanksOf(cell, widths[i]), right[i], i === last))
    return join(cells, '  ')
  })
}

function blanksOf(cell: SafeText, widthColumns = 0): string {
  return ' '.repeat(widthColumns - widthOf(cell.plain))
}

function pad(cell: SafeText, blanks: string, right = false, last = false): SafeText {
  if (right) return { plain: blanks + cell.plain, painted: blanks + cell.painted }
  if (last) return cell
  return { plain: cell.plain + blanks, painted: cell.painted + blanks }
}
