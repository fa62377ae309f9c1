// One repository, refreshed from what is trusted to what is offered, or refused. TUF 1.0.34 §5.3-§5.6.

import { createHash } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import type { PublicKey } from './key.ts'
import {
  type Envelope,
  LENGTH_BYTES_MAX,
  type Meta,
  type Metadata,
  type Role,
  type RoleKeys,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from './metadata.ts'
import { expiresAtMs, readMetadata, readMetadataText } from './read.ts'
import { requireThreshold } from './threshold.ts'

/** What a client keeps of a repository: the exact texts that it verified. Root is where trust begins. */
export type RepositoryTexts = {
  readonly root: string
  readonly timestamp?: string
  readonly snapshot?: string
  readonly targets?: string
  /** By role name. */
  readonly delegated: Readonly<Record<string, string>>
}

/**
 * Fetches one file, for example `2.root.json` or `timestamp.json`; undefined when the repository has no such file.
 * It must give up, with a fault of its own, beyond `lengthBytesMax` bytes.
 */
export type FetchFile = (file: string, lengthBytesMax: number) => Promise<Uint8Array | undefined>

export type Repository = {
  readonly texts: RepositoryTexts
  readonly root: Root
  readonly timestamp: Timestamp
  readonly snapshot: Snapshot
  readonly targets: Targets
}

/** Longest chain of new roots followed in one refresh. TUF 1.0.34 §5.3.3 leaves the number to us; the next refresh goes on. */
export const ROOTS_MAX = 256

/** A statement, and the exact text it came in. */
export type Read<S> = { readonly signed: S; readonly text: string }

type Trusted = {
  root: Read<Root>
  timestamp: Read<Timestamp> | undefined
  snapshot: Read<Snapshot> | undefined
  targets: Read<Targets> | undefined
}

/**
 * Bring a repository up to date.
 *
 * @param texts   what was trusted so far; only `root` on the first run
 * @param nowMs   start of this attempt, so that one attempt sees one time (§5.1)
 * @returns       the verified metadata, and the texts to keep
 * @throws {Fault} `verify.format`, `verify.threshold`, `verify.rollback`, `verify.expired`, `verify.mix-and-match`,
 *                 and whatever `fetch` throws
 */
export async function refreshRepository(texts: RepositoryTexts, fetch: FetchFile, nowMs: number): Promise<Repository> {
  const trusted = load(texts)
  await followRoots(trusted, fetch)
  requireFresh('root', trusted.root.signed, nowMs)
  const timestamp = await refreshTimestamp(trusted, fetch, nowMs)
  const snapshot = await refreshSnapshot(trusted, timestamp.signed, fetch, nowMs)
  const targets = await refreshTargets(trusted, snapshot.signed, fetch, nowMs)
  return {
    texts: {
      root: trusted.root.text,
      timestamp: timestamp.text,
      snapshot: snapshot.text,
      targets: targets.text,
      delegated: texts.delegated,
    },
    root: trusted.root.signed,
    timestamp: timestamp.signed,
    snapshot: snapshot.signed,
    targets: targets.signed,
  }
}

/** The file of a role under consistent snapshots. TUF 1.0.34 §6.2; the role's name is percent-encoded. */
export function fileOf(root: Root, role: string, version: number): string {
  const name = `${encodeURIComponent(role)}.json`
  return root.consistent_snapshot ? `${version}.${name}` : name
}

/**
 * Read a file that its parent vouches for, and hold it against what the parent says.
 * @throws {Fault} `verify.mix-and-match` when length, hash or version differ
 */
export function readVouched<R extends 'snapshot' | 'targets'>(
  role: R,
  name: string,
  bytes: Uint8Array,
  meta: Meta,
): Envelope<Metadata[R]> {
  if (meta.length !== undefined && bytes.byteLength !== meta.length) {
    throw new Fault('verify.mix-and-match', { role: name, why: 'length', want: meta.length, have: bytes.byteLength })
  }
  for (const [algorithm, want] of Object.entries(meta.hashes ?? {})) requireHash(name, algorithm, want, bytes)
  const envelope = readMetadata(role, bytes, meta.length ?? LENGTH_BYTES_MAX[role])
  if (envelope.signed.version !== meta.version) {
    throw new Fault('verify.mix-and-match', {
      role: name,
      why: 'version',
      want: meta.version,
      have: envelope.signed.version,
    })
  }
  return envelope
}

/** @throws {Fault} `verify.expired` */
export function requireFresh(role: string, signed: { readonly expires: string }, nowMs: number): void {
  if (expiresAtMs(signed) <= nowMs) throw new Fault('verify.expired', { role, expires: signed.expires, nowMs })
}

/**
 * A file that must be there.
 * @throws {Fault} `verify.mix-and-match` when a parent names it and the repository does not have it
 */
export async function fetchNamed(fetch: FetchFile, file: string, lengthBytesMax: number): Promise<Uint8Array> {
  const bytes = await fetch(file, lengthBytesMax)
  if (!bytes) throw new Fault('verify.mix-and-match', { file, why: 'missing' })
  return bytes
}

// What was kept is verified again: keys may have been rotated since, and a damaged copy must count as absent.
function load(texts: RepositoryTexts): Trusted {
  const root = readMetadataText('root', texts.root).signed
  return {
    root: { signed: root, text: texts.root },
    timestamp: kept('timestamp', root, texts.timestamp),
    snapshot: kept('snapshot', root, texts.snapshot),
    targets: kept('targets', root, texts.targets),
  }
}

function kept<R extends Exclude<Role, 'root'>>(
  role: R,
  root: Root,
  text: string | undefined,
): Read<Metadata[R]> | undefined {
  if (text === undefined) return undefined
  try {
    const envelope = readMetadataText(role, text)
    requireThreshold(role, envelope, root.keys, root.roles[role])
    return { signed: envelope.signed, text }
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

// §5.3.3-§5.3.9: each root is signed by the one before and by itself, and its version is the next.
async function followRoots(trusted: Trusted, fetch: FetchFile): Promise<void> {
  for (let followed = 0; followed < ROOTS_MAX; followed++) {
    const root = trusted.root.signed
    const version = root.version + 1
    const bytes = await fetch(`${version}.root.json`, LENGTH_BYTES_MAX.root)
    if (!bytes) return
    const next = readMetadata('root', bytes)
    requireThreshold('root', next, root.keys, root.roles.root)
    requireThreshold('root', next, next.signed.keys, next.signed.roles.root)
    if (next.signed.version !== version) {
      throw new Fault('verify.rollback', { role: 'root', want: version, have: next.signed.version })
    }
    forgetRotated(trusted, next.signed)
    trusted.root = { signed: next.signed, text: textOf(bytes) }
  }
}

// §5.3.11: after a rotation the old files may hold versions that a thief pushed far ahead (fast-forward, attack 5).
function forgetRotated(trusted: Trusted, next: Root): void {
  const root = trusted.root.signed
  if (!sameKeys(root, next, 'timestamp') || !sameKeys(root, next, 'snapshot')) {
    trusted.timestamp = undefined
    trusted.snapshot = undefined
  }
  if (!sameKeys(root, next, 'targets')) {
    trusted.targets = undefined
    trusted.snapshot = undefined
  }
}

function sameKeys(have: Root, want: Root, role: Role): boolean {
  const spell = (root: Root) => JSON.stringify([...root.roles[role].keyids].sort().map((id) => [id, root.keys[id]]))
  return spell(have) === spell(want)
}

// §5.4
async function refreshTimestamp(trusted: Trusted, fetch: FetchFile, nowMs: number): Promise<Read<Timestamp>> {
  const bytes = await fetchNamed(fetch, 'timestamp.json', LENGTH_BYTES_MAX.timestamp)
  const next = readMetadata('timestamp', bytes)
  const root = trusted.root.signed
  requireThreshold('timestamp', next, root.keys, root.roles.timestamp)
  const have = trusted.timestamp?.signed
  if (have && next.signed.version < have.version) throw rollback('timestamp', have.version, next.signed.version)
  if (trusted.timestamp && next.signed.version === trusted.timestamp.signed.version) {
    // §5.4.3.1: the same version is the file we have; another content under the same version is not taken.
    requireFresh('timestamp', trusted.timestamp.signed, nowMs)
    return trusted.timestamp
  }
  const snapshotVersion = next.signed.meta['snapshot.json'].version
  const haveVersion = have?.meta['snapshot.json'].version ?? 0
  if (snapshotVersion < haveVersion) throw rollback('snapshot', haveVersion, snapshotVersion)
  requireFresh('timestamp', next.signed, nowMs)
  return { signed: next.signed, text: textOf(bytes) }
}

// §5.5
async function refreshSnapshot(
  trusted: Trusted,
  timestamp: Timestamp,
  fetch: FetchFile,
  nowMs: number,
): Promise<Read<Snapshot>> {
  const root = trusted.root.signed
  const meta = timestamp.meta['snapshot.json']
  const bytes =
    keptBytes(trusted.snapshot?.text, meta) ??
    (await fetchNamed(fetch, fileOf(root, 'snapshot', meta.version), meta.length ?? LENGTH_BYTES_MAX.snapshot))
  const next = readVouched('snapshot', 'snapshot', bytes, meta)
  requireThreshold('snapshot', next, root.keys, root.roles.snapshot)
  requireNothingLost(trusted.snapshot?.signed, next.signed)
  requireFresh('snapshot', next.signed, nowMs)
  return { signed: next.signed, text: textOf(bytes) }
}

// §5.5.5: a targets file that was listed stays listed, and its version does not go down.
function requireNothingLost(have: Snapshot | undefined, next: Snapshot): void {
  for (const [file, meta] of Object.entries(have?.meta ?? {})) {
    const offered = Object.hasOwn(next.meta, file) ? next.meta[file] : undefined
    if (!offered) throw new Fault('verify.rollback', { role: file, why: 'no longer listed' })
    if (offered.version < meta.version) throw rollback(file, meta.version, offered.version)
  }
}

// §5.6
async function refreshTargets(
  trusted: Trusted,
  snapshot: Snapshot,
  fetch: FetchFile,
  nowMs: number,
): Promise<Read<Targets>> {
  const root = trusted.root.signed
  const have = trusted.targets
  const read = await readTargetsRole(
    { root, snapshot },
    { role: 'targets', keys: root.keys, roleKeys: root.roles.targets, kept: have?.text },
    fetch,
    nowMs,
  )
  if (have && read.signed.version < have.signed.version) {
    throw rollback('targets', have.signed.version, read.signed.version)
  }
  return read
}

/**
 * A targets role, top-level or delegated: as snapshot lists it, signed by the keys that its delegator names.
 * A kept copy is used when it is byte for byte what snapshot lists, and is verified against this delegator again (attack 17).
 */
export async function readTargetsRole(
  under: { readonly root: Root; readonly snapshot: Snapshot },
  wanted: {
    readonly role: string
    readonly keys: Readonly<Record<string, PublicKey>>
    readonly roleKeys: RoleKeys
    readonly kept: string | undefined
  },
  fetch: FetchFile,
  nowMs: number,
): Promise<Read<Targets>> {
  const { role } = wanted
  const meta = Object.hasOwn(under.snapshot.meta, `${role}.json`) ? under.snapshot.meta[`${role}.json`] : undefined
  if (!meta) throw new Fault('verify.mix-and-match', { role, why: 'not in snapshot' })
  const bytes =
    keptBytes(wanted.kept, meta) ??
    (await fetchNamed(fetch, fileOf(under.root, role, meta.version), meta.length ?? LENGTH_BYTES_MAX.targets))
  const envelope = readVouched('targets', role, bytes, meta)
  requireThreshold(role, envelope, wanted.keys, wanted.roleKeys)
  requireFresh(role, envelope.signed, nowMs)
  return { signed: envelope.signed, text: textOf(bytes) }
}

// Without a hash in the parent there is no telling whether the kept file is the listed one: it is fetched.
function keptBytes(text: string | undefined, meta: Meta): Uint8Array | undefined {
  if (text === undefined || meta.hashes === undefined) return undefined
  const bytes = Buffer.from(text, 'utf8')
  const same = Object.entries(meta.hashes).every(([algorithm, want]) => digestOf(algorithm, bytes) === want)
  return same ? bytes : undefined
}

function requireHash(role: string, algorithm: string, want: string, bytes: Uint8Array): void {
  const have = digestOf(algorithm, bytes)
  if (have !== want) throw new Fault('verify.mix-and-match', { role, why: 'digest', algorithm })
}

// A hash that we cannot compute proves nothing, so it must not pass.
function digestOf(algorithm: string, bytes: Uint8Array): string | undefined {
  return algorithm === 'sha256' || algorithm === 'sha512'
    ? createHash(algorithm).update(bytes).digest('hex')
    : undefined
}

function rollback(role: string, have: number, offered: number): Fault {
  return new Fault('verify.rollback', { role, have, offered })
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
