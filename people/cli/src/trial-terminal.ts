// A terminal that remembers what was written to it.

import type { Terminal } from './output/terminal.ts'

export type TrialTerminal = Terminal & { readonly out: () => string; readonly err: () => string }

export function trialTerminal(of: Partial<Terminal> = {}): TrialTerminal {
  let out = ''
  let err = ''
  return {
    writeOut: (text) => {
      out += text
    },
    writeErr: (text) => {
      err += text
    },
    outIsTty: false,
    errIsTty: false,
    inIsTty: false,
    columns: 80,
    env: {},
    ...of,
    out: () => out,
    err: () => err,
  }
}
