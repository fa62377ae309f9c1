// The streams of this process as a Terminal.

import type { Terminal } from './output/terminal.ts'

// When nobody says how wide the terminal is.
const COLUMNS = 80

export function processTerminal(): Terminal {
  return {
    writeOut: (text) => void process.stdout.write(text),
    writeErr: (text) => void process.stderr.write(text),
    outIsTty: process.stdout.isTTY,
    errIsTty: process.stderr.isTTY,
    inIsTty: process.stdin.isTTY,
    columns: process.stderr.columns || COLUMNS,
    env: process.env,
  }
}
