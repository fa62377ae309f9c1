// The sealift command on this machine: its terminal, its clock, its signals.

import { processTerminal } from './process-terminal.ts'
import { runSealift } from './run.ts'
import { untilStopped } from './until-stopped.ts'

// `sealift … | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runSealift(process.argv.slice(2), {
  terminal: processTerminal(),
  clock: async () => (await import('@sealift/world/real')).realClock(),
  untilStopped,
})
