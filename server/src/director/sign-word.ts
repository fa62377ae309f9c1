// Sign the director's word to one device: targets, snapshot and timestamp together, under one version.

import { createHash } from 'node:crypto'
import {
  expiresAt,
  metaOf,
  type Snapshot,
  SPEC_VERSION,
  signMetadata,
  type Targets,
  type Timestamp,
} from '@sealift/trust'
import type { OnlineKeys } from '../identity/online-keys.ts'
import type { Word } from './word.ts'

/** Trust.md asks for one day: so long can a thief of the network hide a newer word (freeze, attack 4). */
export const WORD_VALID_MS = 24 * 3_600_000

export type SignedWord = {
  readonly targets: string
  readonly snapshot: string
  readonly timestamp: string
  readonly etag: string
  readonly expires_at_ms: number
}

export async function signWord(
  keys: Pick<OnlineKeys, 'directorTargets' | 'directorSnapshot' | 'directorTimestamp'>,
  word: Word,
  version: number,
  nowMs: number,
): Promise<SignedWord> {
  const expiresAtMs = nowMs + WORD_VALID_MS
  const common = { spec_version: SPEC_VERSION, version, expires: expiresAt(expiresAtMs) }
  const targets: Targets = { _type: 'targets', ...common, ...word }
  const targetsText = await signMetadata(targets, keys.directorTargets)
  const snapshot: Snapshot = { _type: 'snapshot', ...common, meta: { 'targets.json': metaOf(targetsText, version) } }
  const snapshotText = await signMetadata(snapshot, keys.directorSnapshot)
  const timestamp: Timestamp = {
    _type: 'timestamp',
    ...common,
    meta: { 'snapshot.json': metaOf(snapshotText, version) },
  }
  const timestampText = await signMetadata(timestamp, keys.directorTimestamp)
  return {
    targets: targetsText,
    snapshot: snapshotText,
    timestamp: timestampText,
    etag: etagOf(timestampText),
    expires_at_ms: expiresAtMs,
  }
}

/** Of the content, not of the version: a server restored from a backup must not answer 304 to what it never said. */
function etagOf(text: string): string {
  return `"${createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 22)}"`
}
