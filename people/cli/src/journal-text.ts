// A journal as text: one entry on each line, the oldest first.

import { open, rename, rm } from 'node:fs/promises'
import { checkShape, Fault, JournalEntry } from '@sealift/protocol'
import { type JournalVerified, parseStrictJson, verifyJournal } from '@sealift/trust'

const LINE_BYTES_MAX = 65_536

/** Entries of an export. @throws {Fault} `audit.chain` at a line that is none, or that two readers could read differently */
export async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator<JournalEntry> {
  let line = 0
  for await (const text of lines) {
    line++
    yield entryOf(text, line)
  }
}

/** Writes an export under its name only when it is whole and chains. */
export async function writeJournal(path: string, lines: AsyncIterable<string>): Promise<JournalVerified> {
  const temporary = `${path}.part`
  const file = await open(temporary, 'w', 0o600)
  try {
    const verified = await verifyJournal(entriesOf(passing(lines, (text) => file.writeFile(`${text}\n`))))
    await file.sync()
    await rename(temporary, path)
    return verified
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** The same lines, each shown to `see` before it goes on. */
export async function* passing(
  lines: AsyncIterable<string>,
  see: (text: string) => Promise<void> | void,
): AsyncGenerator<string> {
  for await (const text of lines) {
    await see(text)
    yield text
  }
}

function entryOf(text: string, line: number): JournalEntry {
  try {
    return checkShape(JournalEntry, parseStrictJson(Buffer.from(text), LINE_BYTES_MAX), 'audit.chain')
  } catch (error) {
    if (error instanceof Fault) throw new Fault('audit.chain', { ...error.facts, line }, { cause: error })
    throw error
  }
}
