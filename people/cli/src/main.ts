// The sealift command on this machine: its terminal, its clock, its signals.

import { processTerminal } from './process-terminal.ts'
import { runSealift } from './run.ts'
import { untilStopped } from './until-stopped.ts'

// Behind the launcher we are one program with it: when it is killed without a word, so are we.
if (process.env['SEALIFT_LAUNCHED'] !== undefined) {
  delete process.env['SEALIFT_LAUNCHED']
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}
// `sealift … | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runSealift(process.argv.slice(2), {
  terminal: processTerminal(),
  clock: async () => (await import('@sealift/world/real')).realClock(),
  untilStopped,
})
