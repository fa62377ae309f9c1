// Read the journal back: a page for people, the whole of it for a file, and the proof that nobody touched it.

import { Fault, type JournalEntry, type JournalPage, type JournalQuery } from '@sealift/protocol'
import { type JournalVerified, verifyJournal } from '@sealift/trust'
import { readJsonText } from '../store/json-text.ts'
import type { JournalRow } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

const LIMIT = 50
const LINES_AT_A_TIME = 1000

/** Newest first. `nextSeq` is the `before` of the next page; null when there is none. */
export async function listJournal(store: Store, query: JournalQuery): Promise<JournalPage> {
  const limit = query.limit ?? LIMIT
  const rows = await store
    .selectFrom('journal')
    .selectAll()
    .where('seq', '<', query.before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  const entries = rows.slice(0, limit).map(entryOf)
  return { entries, nextSeq: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null }
}

/** Every entry in order, up to the last one at the time of asking. A slow reader holds up nobody. */
export async function* readJournal(store: Store): AsyncGenerator<JournalEntry> {
  const { last } = await store
    .selectFrom('journal')
    .select(({ fn }) => fn.max<number | null>('seq').as('last'))
    .executeTakeFirstOrThrow()
  let seq = 0
  while (seq < (last ?? 0)) {
    const rows = await store
      .selectFrom('journal')
      .selectAll()
      .where('seq', '>', seq)
      .where('seq', '<=', last ?? 0)
      .orderBy('seq')
      .limit(LINES_AT_A_TIME)
      .execute()
    if (rows.length === 0) return
    for (const row of rows) {
      yield entryOf(row)
      seq = row.seq
    }
  }
}

/** One entry to a line, as `sealift journal verify` reads it. */
export async function* exportJournal(store: Store): AsyncGenerator<string> {
  for await (const entry of readJournal(store)) yield `${JSON.stringify(entry)}\n`
}

/**
 * Walk the chain in the database.
 *
 * @param known  a head that was written down elsewhere. The chain alone cannot tell that its tail was cut off
 * @throws {Fault} `audit.chain`
 */
export async function auditJournal(store: Store, known?: JournalVerified): Promise<JournalVerified> {
  let headThen: string | undefined
  const watched = async function* () {
    for await (const entry of readJournal(store)) {
      if (entry.seq === known?.entries) headThen = entry.hash
      yield entry
    }
  }
  const verified = await verifyJournal(watched())
  if (known && known.entries > 0 && headThen !== known.head) {
    throw new Fault('audit.chain', { why: 'not the journal that was known', entries: verified.entries })
  }
  return verified
}

function entryOf(row: JournalRow): JournalEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    actor: { kind: row.actor_kind, id: row.actor_id },
    action: row.action,
    subject: row.subject,
    facts: { ...readJsonText(row.facts) },
    prev: row.prev,
    hash: row.hash,
  }
}
