// The chain that makes a journal tell when somebody changed it: each entry carries the digest of the one before.

import { createHash } from 'node:crypto'
import { Fault, type JournalEntry } from '@sealift/protocol'
import { canonicalJson } from './canonical-json.ts'

/** What the first entry follows. */
export const JOURNAL_START = '0'.repeat(64)

/** SHA-256, hex, of the canonical JSON of the entry without `hash`. */
export function journalHash(entry: Omit<JournalEntry, 'hash'>): string {
  const { seq, atMs, actor, action, subject, facts, prev } = entry
  return createHash('sha256').update(canonicalJson({ seq, atMs, actor, action, subject, facts, prev })).digest('hex')
}

export type JournalVerified = {
  readonly entries: number
  /** Hash of the last entry: compare it with one that was written down elsewhere to notice a cut-off tail. */
  readonly head: string
}

/**
 * Walk the chain.
 *
 * @param entries  in order, from the first
 * @throws {Fault} `audit.chain` at the first entry that was changed, removed, added or moved
 */
export async function verifyJournal(
  entries: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
): Promise<JournalVerified> {
  let head = JOURNAL_START
  let count = 0
  for await (const entry of entries) {
    count++
    if (entry.seq !== count) throw new Fault('audit.chain', { why: 'sequence', seq: entry.seq, want: count })
    if (entry.prev !== head) throw new Fault('audit.chain', { why: 'does not follow the entry before', seq: entry.seq })
    if (entry.hash !== journalHash(entry)) throw new Fault('audit.chain', { why: 'content changed', seq: entry.seq })
    head = entry.hash
  }
  return { entries: count, head }
}
