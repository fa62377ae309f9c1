// A small repository made in memory, for tests: keys, signed files, and a fetch that counts what was asked.

import { generateKeyPairSync } from 'node:crypto'
import { type PublicKey, type Signer, signerOf } from './key.ts'
import type { RoleKeys, Root, Snapshot, Targets, Timestamp } from './metadata.ts'
import type { FetchFile } from './repository.ts'
import { expiresAt, metaOf, SPEC_VERSION, signMetadata } from './write.ts'

export const NOW_MS = Date.UTC(2026, 10, 20)
export const DAY_MS = 86_400_000

/** The two signers of one role: classical and post-quantum. */
export function newSigners(): readonly Signer[] {
  return [signerOf(generateKeyPairSync('ed25519').privateKey), signerOf(generateKeyPairSync('ml-dsa-65').privateKey)]
}

export type RoleSigners = {
  root: readonly Signer[]
  targets: readonly Signer[]
  snapshot: readonly Signer[]
  timestamp: readonly Signer[]
}

export function newRoleSigners(): RoleSigners {
  return { root: newSigners(), targets: newSigners(), snapshot: newSigners(), timestamp: newSigners() }
}

export function roleKeysOf(signers: readonly Signer[]): RoleKeys {
  return { keyids: signers.map(({ keyid }) => keyid), threshold: 1, 'x-min-per-family': 1 }
}

export function keysOf(...groups: (readonly Signer[])[]): Record<string, PublicKey> {
  return Object.fromEntries(groups.flat().map(({ keyid, key }) => [keyid, key]))
}

export function rootOf(signers: RoleSigners, version = 1): Root {
  return {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version,
    expires: expiresAt(NOW_MS + 365 * DAY_MS),
    consistent_snapshot: true,
    keys: keysOf(signers.root, signers.targets, signers.snapshot, signers.timestamp),
    roles: {
      root: roleKeysOf(signers.root),
      targets: roleKeysOf(signers.targets),
      snapshot: roleKeysOf(signers.snapshot),
      timestamp: roleKeysOf(signers.timestamp),
    },
  }
}

export function targetsOf(fields: Partial<Targets> = {}): Targets {
  return {
    _type: 'targets',
    spec_version: SPEC_VERSION,
    version: 1,
    expires: expiresAt(NOW_MS + 90 * DAY_MS),
    targets: {},
    ...fields,
  }
}

/** A repository of texts by file name; change `files` to play the attacker. */
export class TrialRepository {
  readonly files = new Map<string, string>()
  readonly asked: string[] = []
  readonly signers: RoleSigners
  readonly rootText: string

  private constructor(signers: RoleSigners, rootText: string) {
    this.signers = signers
    this.rootText = rootText
    this.files.set('1.root.json', rootText)
  }

  static async make(signers: RoleSigners = newRoleSigners()): Promise<TrialRepository> {
    return new TrialRepository(signers, await signMetadata(rootOf(signers), signers.root))
  }

  fetch: FetchFile = async (file) => {
    this.asked.push(file)
    const text = this.files.get(file)
    return text === undefined ? undefined : Buffer.from(text, 'utf8')
  }

  /** Signs and lays down one whole generation of the repository. */
  async publish(
    version: number,
    targets: Targets = targetsOf({ version }),
    delegated: Readonly<Record<string, { text: string; version: number }>> = {},
    expiresAtMs: number = NOW_MS + DAY_MS,
  ): Promise<void> {
    const targetsText = await signMetadata(targets, this.signers.targets)
    const snapshot: Snapshot = {
      _type: 'snapshot',
      spec_version: SPEC_VERSION,
      version,
      expires: expiresAt(expiresAtMs),
      meta: {
        'targets.json': metaOf(targetsText, targets.version),
        ...Object.fromEntries(
          Object.entries(delegated).map(([role, file]) => [`${role}.json`, metaOf(file.text, file.version)]),
        ),
      },
    }
    const snapshotText = await signMetadata(snapshot, this.signers.snapshot)
    const timestamp: Timestamp = {
      _type: 'timestamp',
      spec_version: SPEC_VERSION,
      version,
      expires: expiresAt(expiresAtMs),
      meta: { 'snapshot.json': metaOf(snapshotText, version) },
    }
    this.files.set(`${targets.version}.targets.json`, targetsText)
    for (const [role, file] of Object.entries(delegated)) {
      this.files.set(`${file.version}.${encodeURIComponent(role)}.json`, file.text)
    }
    this.files.set(`${version}.snapshot.json`, snapshotText)
    this.files.set('timestamp.json', await signMetadata(timestamp, this.signers.timestamp))
  }
}
