// What one run of a command has at hand: the terminal, the time, and what was said once for all commands.

import type { Clock } from '@sealift/world'
import type { SafeText } from './output/safe-text.ts'
import { print, type Terminal } from './output/terminal.ts'

export type Session = {
  readonly terminal: Terminal
  readonly clock: Clock
  /** Folder of the organisation; it may not be there yet. */
  readonly orgFolder: string
  /** Stdout belongs to one JSON document. */
  readonly json: boolean
  /** Say what would happen, and change nothing. */
  readonly dryRun: boolean
  /** For what runs until it is stopped: aborts at SIGINT or SIGTERM, which end every other command at once. */
  untilStopped(): AbortSignal
}

/** A line of an answer that grows while the command runs; with `--json` the document at the end says it. */
export function tell(session: Session, line: SafeText): void {
  if (!session.json) print(session.terminal, line)
}
