// Questions to the person at the terminal.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

/** What the person types, without showing it. @throws {UsageError} when nobody sits there */
export async function hidden(session: Session, question: string, nextWithoutTty: string): Promise<string> {
  if (!session.terminal.inIsTty) throw new UsageError('a passphrase is needed', nextWithoutTty)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    return await ask(unseen, '', () => session.terminal.writeErr(question))
  } finally {
    session.terminal.writeErr('\n')
  }
}

/**
 * Makes sure that a step that cannot be taken back is meant.
 * @param yes  `--yes`: it was said on the command line
 * @throws {UsageError} when the person says no, or nobody sits there and nobody said yes
 */
export async function confirm(session: Session, question: string, yes: boolean): Promise<void> {
  if (yes || session.dryRun) return
  if (!session.terminal.inIsTty) throw new UsageError('this cannot be taken back', 'add --yes if it is meant')
  const answer = await ask(process.stderr, `${question} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('nothing was done', 'answer yes, or add --yes')
}

async function ask(
  output: NodeJS.WritableStream,
  question: string,
  invite: () => void = () => undefined,
): Promise<string> {
  // From here on the terminal no longer shows by itself what is typed: only then may anybody be invited to type.
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const interrupted = new AbortController()
  for (const end of ['SIGINT', 'close']) lines.once(end, () => interrupted.abort())
  try {
    invite()
    return await lines.question(question, { signal: interrupted.signal })
  } catch (error) {
    if (interrupted.signal.aborted) throw new UsageError('nothing was done', 'answer the question', { cause: error })
    throw error
  } finally {
    lines.close()
  }
}
