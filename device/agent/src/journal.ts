// What the agent must remember when the power comes back: one small file, replaced whole.

import { AtMs, Counter, Fault, LengthBytes, parseJson, Release, Sha256, WhyNot } from '@sealift/protocol'
import { type Disk, replaceFile } from '@sealift/world'
import Type, { type Static } from 'typebox'
import { requireFile } from './device-file.ts'
import { FILES } from './folder.ts'
import { ETAG_LENGTH_MAX, FAILURES_MAX, JOURNAL_BYTES_MAX } from './limits.ts'

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

/** The verified assignment, and how far it has come. */
export const Work = Type.Object({
  path: Type.String(),
  lengthBytes: LengthBytes,
  sha256: Sha256,
  hashes: Type.Record(Type.String(), Type.String()),
  release: Release,
  bootManifest: Type.String(),
  /** The director's count of tries; a failure holds back this one and all before it. */
  attempt: Counter,
  offeredAtMs: AtMs,
  /** So much of the image is durable in the other slot, and this is its digest. */
  writtenBytes: LengthBytes,
  writtenSha256: Sha256,
  /** Times the image was whole and wrong. */
  spoiled: Counter,
  /** Read back, sealed and reported. */
  installed: Type.Boolean(),
  /** Times a start of it was asked for; `armed` while the last one has not shown its end. */
  boots: Counter,
  armed: Type.Boolean(),
})
export type Work = Static<typeof Work>

export const Failure = Type.Object({ sha256: Sha256, attempt: Counter, code: Type.String() })
export type Failure = Static<typeof Failure>

export const Journal = Type.Object({
  format: Type.Literal('sealift-agent-1'),
  /** Number of the last report. */
  seq: Counter,
  /** Latest time at which metadata was found to be within its dates: our clock is never earlier than this. */
  verifiedAtMs: AtMs,
  /** What the director said last, once verified to the end. */
  word: orNull(
    Type.Object({
      etag: orNull(Type.String({ maxLength: ETAG_LENGTH_MAX })),
      freshUntilMs: AtMs,
      /** Why there is no work. */
      whyNot: orNull(WhyNot),
    }),
  ),
  work: orNull(Work),
  failed: Type.Array(Failure, { maxItems: FAILURES_MAX }),
  /** Present state as it was last reported, so that it is reported once. */
  said: orNull(Type.String()),
  /** The last refusal that was reported. */
  refused: orNull(Type.Object({ key: Type.String(), atMs: AtMs })),
})
export type Journal = Static<typeof Journal>

export const BLANK: Journal = {
  format: 'sealift-agent-1',
  seq: 0,
  verifiedAtMs: 0,
  word: null,
  work: null,
  failed: [],
  said: null,
  refused: null,
}

/**
 * Enrolment leaves a blank one. One that is damaged or gone is forgotten: then numbers of reports go on from the clock,
 * which is above any count that a device can have reached, so that no number is used twice.
 */
export async function readJournal(disk: Disk, nowMs: number): Promise<{ journal: Journal; damage?: Fault }> {
  try {
    const bytes = await requireFile(disk, FILES.journal)
    return { journal: parseJson(Journal, bytes, { lengthBytesMax: JOURNAL_BYTES_MAX }, 'keep.damaged') }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { journal: { ...BLANK, seq: nowMs }, damage: error }
  }
}

export async function writeJournal(disk: Disk, journal: Journal): Promise<void> {
  await replaceFile(disk, FILES.journal, Buffer.from(JSON.stringify(journal)))
}

/** The failure that holds this image back; a later attempt of the director's is free of it. */
export function failureOf(journal: Journal, image: Pick<Work, 'sha256' | 'attempt'>): Failure | undefined {
  return journal.failed.find(({ sha256, attempt }) => sha256 === image.sha256 && image.attempt <= attempt)
}

/** With one more failure; the oldest are forgotten first. */
export function withFailure(journal: Journal, failure: Failure): Failure[] {
  const others = journal.failed.filter(({ sha256 }) => sha256 !== failure.sha256)
  return [...others, failure].slice(-FAILURES_MAX)
}

/** True when the last refusal that the server heard of was one of asking or verifying, which a good answer mends. */
export function isRefusalMended(journal: Pick<Journal, 'refused'>): boolean {
  return /^(check|verify)\./.test(journal.refused?.key ?? '')
}
