// One line of the journal: who did what to what, chained to the line before.

import Type, { type Static } from 'typebox'
import { AtMs, Counter, Sha256 } from './words.ts'

export const Actor = Type.Object({
  kind: Type.Enum(['person', 'token', 'device', 'server'] as const),
  id: Type.String({ maxLength: 128 }),
})
export type Actor = Static<typeof Actor>

export const JournalEntry = Type.Object(
  {
    seq: Counter,
    atMs: AtMs,
    actor: Actor,
    action: Type.String({ maxLength: 64, description: 'noun.verb, for example `release.published`' }),
    subject: Type.String({ maxLength: 256 }),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    /** SHA-256 of the entry before; 64 zeros for the first. */
    prev: Sha256,
    /** SHA-256 of the canonical JSON of all the fields above. */
    hash: Sha256,
  },
  { additionalProperties: false },
)
export type JournalEntry = Static<typeof JournalEntry>

export const JournalPage = Type.Object({
  entries: Type.Array(JournalEntry),
  nextSeq: Type.Union([Counter, Type.Null()]),
})
export type JournalPage = Static<typeof JournalPage>
