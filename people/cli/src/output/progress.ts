// Progress of long work, beside the answer: one line that moves on a terminal, a few plain lines elsewhere.

import type { Clock } from '@sealift/world'
import { clearLine, moveLine } from './moving-line.ts'
import { paint } from './paint.ts'
import { bytes, duration, percent } from './quantities.ts'
import { type SafeText, say } from './safe-text.ts'
import { note, type Terminal } from './terminal.ts'

export type Progress = {
  /** `doneBytes` of all are done; goes forward only. */
  move(doneBytes: number): void
  /** Takes the moving line away. */
  end(): void
}

const REDRAW_MS = 100
// Off a terminal, a line at each quarter is enough for a log, and none for what is done in a moment.
const QUARTERS = 4
const QUIET_MS = 1000
const BAR_COLUMNS = 24

/** Shows how far `label` has come. */
export function startProgress(terminal: Terminal, clock: Clock, label: string, ofBytes: number): Progress {
  const startMs = clock.elapsedMs()
  const elapsedMs = () => clock.elapsedMs() - startMs
  const lineAt = (doneBytes: number) => progressLine(label, doneBytes, ofBytes, elapsedMs())
  return terminal.errIsTty ? movingLine(terminal, clock, lineAt) : plainLines(terminal, ofBytes, elapsedMs, lineAt)
}

function movingLine(terminal: Terminal, clock: Clock, lineAt: (doneBytes: number) => SafeText): Progress {
  let drawnMs = -Infinity
  return {
    move(doneBytes) {
      if (clock.elapsedMs() - drawnMs < REDRAW_MS) return
      drawnMs = clock.elapsedMs()
      moveLine(terminal, lineAt(doneBytes))
    },
    end: () => clearLine(terminal),
  }
}

function plainLines(
  terminal: Terminal,
  ofBytes: number,
  elapsedMs: () => number,
  lineAt: (doneBytes: number) => SafeText,
): Progress {
  let quarter = 0
  return {
    move(doneBytes) {
      const reached = Math.floor((doneBytes / Math.max(ofBytes, 1)) * QUARTERS)
      if (reached <= quarter || elapsedMs() < QUIET_MS) return
      quarter = reached
      note(terminal, lineAt(doneBytes))
    },
    end: () => undefined,
  }
}

/** `bulb-1.2.0.img ██████████▏·············    42 %  2.1 MiB of 5.0 MiB  1.3 MiB/s  2 s left`. */
export function progressLine(label: string, doneBytes: number, ofBytes: number, elapsedMs: number): SafeText {
  const share = ofBytes === 0 ? 1 : Math.min(doneBytes / ofBytes, 1)
  const bytesPerMs = elapsedMs > 0 ? doneBytes / elapsedMs : 0
  const rate = bytesPerMs > 0 ? say`  ${bytes(Math.round(bytesPerMs * 1000))}/s` : say``
  const left = bytesPerMs > 0 && share < 1 ? say`  ${duration((ofBytes - doneBytes) / bytesPerMs)} left` : say``
  return say`${label} ${bar(share)} ${percent(share).padStart(6)}  ${bytes(doneBytes)} of ${bytes(ofBytes)}${rate}${left}`
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of fixed width, to the eighth of a column. */
export function bar(share: number, columns = BAR_COLUMNS): SafeText {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * columns * 8)
  const full = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
  return say`${paint.good(full)}${paint.quiet('·'.repeat(columns - full.length))}`
}
