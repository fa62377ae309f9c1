// Add a line to the journal, chained to the line before, in the transaction of what it tells.

import type { Actor, Facts, JournalEntry } from '@sealift/protocol'
import { JOURNAL_START, journalHash } from '@sealift/trust'
import { jsonText } from '../store/json-text.ts'
import type { Trx } from '../store/store.ts'

export type JournalLine = {
  readonly actor: Actor
  /** noun.verb, for example `rollout.paused`. */
  readonly action: string
  readonly subject: string
  readonly facts?: Facts
}

/** Who acts when nobody asked: waves that begin by themselves, rules that stop. */
export const SERVER: Actor = { kind: 'server', id: 'server' }

/** Transactions take turns, so two lines never follow the same one; what is rolled back was never written. */
export async function appendJournal(trx: Trx, nowMs: number, line: JournalLine): Promise<JournalEntry> {
  const last = await trx
    .selectFrom('journal')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const entry = {
    seq: (last?.seq ?? 0) + 1,
    atMs: nowMs,
    actor: line.actor,
    action: line.action,
    subject: line.subject,
    facts: inIntegers(line.facts ?? {}),
    prev: last?.hash ?? JOURNAL_START,
  }
  const hash = journalHash(entry)
  await trx
    .insertInto('journal')
    .values({
      seq: entry.seq,
      at_ms: entry.atMs,
      actor_kind: entry.actor.kind,
      actor_id: entry.actor.id,
      action: entry.action,
      subject: entry.subject,
      facts: jsonText(entry.facts),
      prev: entry.prev,
      hash,
    })
    .execute()
  return { ...entry, hash }
}

// The canonical form knows integers only; a share or a percentage is written down as text.
function inIntegers(facts: Facts): JournalEntry['facts'] {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isSafeInteger(value) ? String(value) : value,
    ]),
  )
}
