// Sign snapshot and timestamp over what is in force, with the online keys. TUF 1.0.34 §4.4, §4.6.

import {
  expiresAt,
  expiresAtMs,
  metaOf,
  readMetadataText,
  type Signer,
  type Snapshot,
  SPEC_VERSION,
  signMetadata,
  type Timestamp,
} from '@sealift/trust'
import type { OnlineKeys } from '../identity/online-keys.ts'
import type { Trx } from '../store/store.ts'
import { currentFiles, keepFile, keptFile } from './image-files.ts'

const HOUR_MS = 3_600_000
const SNAPSHOT_VALID_MS = 7 * 24 * HOUR_MS
const TIMESTAMP_VALID_MS = 24 * HOUR_MS

type SealKeys = Pick<OnlineKeys, 'imageSnapshot' | 'imageTimestamp'>

export type Sealed = { readonly snapshotVersion: number; readonly timestampVersion: number }

/** A new snapshot of every targets file, and a new timestamp of it. */
export async function seal(trx: Trx, keys: SealKeys, nowMs: number): Promise<Sealed> {
  const listed = (await currentFiles(trx)).filter(({ role }) => !['root', 'snapshot', 'timestamp'].includes(role))
  const version = await nextVersion(trx, 'snapshot')
  const snapshot: Snapshot = {
    _type: 'snapshot',
    spec_version: SPEC_VERSION,
    version,
    expires: expiresAt(nowMs + SNAPSHOT_VALID_MS),
    // A role that is no longer delegated stays listed: clients refuse a snapshot that forgets one (§5.5.5).
    meta: Object.fromEntries(listed.map((file) => [`${file.role}.json`, metaOf(file.text, file.version)])),
  }
  await signAndKeep(trx, 'snapshot', snapshot, keys.imageSnapshot, nowMs)
  return { snapshotVersion: version, timestampVersion: await sealTimestamp(trx, keys, nowMs) }
}

/** A new timestamp of the snapshot that is in force. */
async function sealTimestamp(trx: Trx, keys: SealKeys, nowMs: number): Promise<number> {
  const snapshot = await keptFile(trx, 'snapshot', undefined)
  if (!snapshot) throw new Error('a timestamp is of a snapshot')
  const version = await nextVersion(trx, 'timestamp')
  const timestamp: Timestamp = {
    _type: 'timestamp',
    spec_version: SPEC_VERSION,
    version,
    expires: expiresAt(nowMs + TIMESTAMP_VALID_MS),
    meta: { 'snapshot.json': metaOf(snapshot.text, snapshot.version) },
  }
  await signAndKeep(trx, 'timestamp', timestamp, keys.imageTimestamp, nowMs)
  return version
}

/** Renew what has less than half of its time left. True when something was signed. */
export async function renew(trx: Trx, keys: SealKeys, nowMs: number): Promise<boolean> {
  if (await isHalfOver(trx, 'snapshot', SNAPSHOT_VALID_MS, nowMs)) {
    await seal(trx, keys, nowMs)
    return true
  }
  if (await isHalfOver(trx, 'timestamp', TIMESTAMP_VALID_MS, nowMs)) {
    await sealTimestamp(trx, keys, nowMs)
    return true
  }
  return false
}

async function isHalfOver(trx: Trx, role: 'snapshot' | 'timestamp', validMs: number, nowMs: number): Promise<boolean> {
  const file = await keptFile(trx, role, undefined)
  return !file || expiresAtMs(readMetadataText(role, file.text).signed) - nowMs < validMs / 2
}

async function nextVersion(trx: Trx, role: string): Promise<number> {
  return ((await keptFile(trx, role, undefined))?.version ?? 0) + 1
}

async function signAndKeep(
  trx: Trx,
  role: string,
  signed: Snapshot | Timestamp,
  signers: readonly Signer[],
  nowMs: number,
): Promise<void> {
  const text = await signMetadata(signed, signers)
  await keepFile(trx, { role, version: signed.version, text }, signed, nowMs)
}
