// A line on stderr that changes in place on a terminal.

import type { SafeText } from './safe-text.ts'
import { hasColour, shown, type Terminal } from './terminal.ts'
import { widthOf } from './width.ts'

const TO_START_AND_CLEAR = '\r\x1b[K'

/** Shows `line` in place of the one before. A line that is too long is cut: one that wraps could not be taken back. */
export function moveLine(terminal: Terminal, line: SafeText): void {
  const fits = widthOf(line.plain) < terminal.columns
  const text = fits ? shown(line, hasColour(terminal.env, terminal.errIsTty)) : cut(line.plain, terminal.columns - 1)
  terminal.writeErr(TO_START_AND_CLEAR + text)
}

/** Takes the line away. */
export function clearLine(terminal: Terminal): void {
  terminal.writeErr(TO_START_AND_CLEAR)
}

function cut(plain: string, columns: number): string {
  let kept = ''
  for (const character of plain) {
    if (widthOf(kept + character) > columns) break
    kept += character
  }
  return kept
}
