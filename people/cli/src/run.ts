// One run of the command line: understand it, do it, print the answer, and say how it ended.

import type { Clock } from '@sealift/world'
import { CommanderError } from 'commander'
import type { Answer } from './command.ts'
import { EXITS, type Exit } from './exit-codes.ts'
import { NOUNS } from './nouns.ts'
import { neutraliseJson } from './output/safe-text.ts'
import { print, type Terminal } from './output/terminal.ts'
import { type Asked, makeProgram } from './program.ts'
import { ORG_FOLDER } from './program-words.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

export type Surroundings = {
  readonly terminal: Terminal
  /** Asked for only when a command runs: the help needs no clock. */
  clock(): Promise<Clock>
  /** From the first call on, the wish that this process end aborts the signal instead of ending it. */
  untilStopped(): AbortSignal
}

/**
 * Runs `sealift` with these arguments, without the program's own name.
 * @returns the exit code
 */
export async function runSealift(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings
  let exit: Exit = 'ok'
  const act = async (asked: Asked) => {
    const answer = await asked.command.run(await sessionOf(asked, surroundings), asked.values)
    if (answer) say(terminal, answer, asked.json)
    exit = answer?.exit ?? 'ok'
    return answer
  }
  try {
    const program = await makeProgram(nounsIn(args), act, terminal)
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (isHelpAskedFor(error)) return EXITS.ok.code
    const { complain } = await import('./complain.ts')
    exit = complain(terminal, asUsageError(error), args.includes('--json'))
  }
  return EXITS[exit].code
}

// `sealift help release` and `sealift release create` both need the commands of `release`.
function nounsIn(args: readonly string[]): readonly string[] {
  const words = args.filter((arg) => !arg.startsWith('-')).slice(0, 2)
  return words.filter((word, i) => Object.hasOwn(NOUNS, word) && (i === 0 || words[0] === 'help'))
}

async function sessionOf(
  { json, dryRun, org }: Asked,
  { terminal, clock, untilStopped }: Surroundings,
): Promise<Session> {
  return {
    terminal,
    clock: await clock(),
    untilStopped,
    json,
    dryRun,
    orgFolder: org ?? terminal.env['SEALIFT_ORG'] ?? ORG_FOLDER,
  }
}

function say(terminal: Terminal, answer: Answer, json: boolean): void {
  if (json) terminal.writeOut(`${neutraliseJson(JSON.stringify(answer.json, null, 2))}\n`)
  else for (const line of answer.lines) print(terminal, line)
}

function isHelpAskedFor(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0
}

function asUsageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error
  // Commander has printed the help already: a noun without a verb.
  if (error.code === 'commander.help') return new UsageError('a command is missing', 'choose one of those above')
  const [message = '', hint] = error.message.replace(/^error: /, '').split('\n')
  return new UsageError(message, hint?.replace(/^\(|\)$/g, '') ?? 'see the help with --help', { cause: error })
}
