// Where words go and come from: two streams, and whether a person sits at them.

import type { SafeText } from './safe-text.ts'

/** The streams of a process, or of a test. */
export type Terminal = {
  writeOut(text: string): void
  writeErr(text: string): void
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  readonly inIsTty: boolean
  readonly columns: number
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One line for the reader of the answer. */
export function print(terminal: Terminal, line: SafeText): void {
  terminal.writeOut(`${shown(line, hasColour(terminal.env, terminal.outIsTty))}\n`)
}

/** One line beside the answer: progress, warnings, errors. */
export function note(terminal: Terminal, line: SafeText): void {
  terminal.writeErr(`${shown(line, hasColour(terminal.env, terminal.errIsTty))}\n`)
}

export function shown(text: SafeText, colour: boolean): string {
  return colour ? text.painted : text.plain
}

/** @see https://no-color.org: any value that is not empty means no */
export function hasColour(env: Terminal['env'], isTty: boolean): boolean {
  if (env['NO_COLOR']) return false
  return isTty && env['TERM'] !== 'dumb'
}
