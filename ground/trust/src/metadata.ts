// The four roles of TUF as typed values. TUF 1.0.34 §4.

import type { Release } from '@sealift/protocol'
import type { PublicKey } from './key.ts'

export const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const
export type Role = (typeof ROLES)[number]

/** Caps on the length of a file whose signed length is not known yet, in bytes. ML-DSA makes root large. */
export const LENGTH_BYTES_MAX: Readonly<Record<Role, number>> = {
  root: 524_288,
  timestamp: 65_536,
  snapshot: 2_097_152,
  targets: 4_194_304,
}

export type RoleKeys = {
  readonly keyids: readonly string[]
  readonly threshold: number
  /** At least so many valid signatures of each family, besides the threshold. 0 when absent. */
  readonly 'x-min-per-family'?: number
}

type Common = { readonly spec_version: string; readonly version: number; readonly expires: string }

export type Root = Common & {
  readonly _type: 'root'
  readonly consistent_snapshot?: boolean
  readonly keys: Readonly<Record<string, PublicKey>>
  readonly roles: Readonly<Record<Role, RoleKeys>>
}

export type Meta = { readonly version: number; readonly length?: number; readonly hashes?: Hashes }
export type Hashes = Readonly<Record<string, string>>

export type Timestamp = Common & {
  readonly _type: 'timestamp'
  readonly meta: { readonly 'snapshot.json': Meta }
}

export type Snapshot = Common & {
  readonly _type: 'snapshot'
  readonly meta: Readonly<Record<string, Meta>>
}

/** In the image repository: `hardwareIds`, `releaseCounter`, `sealift`, `bootManifest`. In the director: `ecuIdentifiers`. */
export type TargetCustom = {
  readonly hardwareIds?: readonly string[]
  readonly releaseCounter?: number
  readonly sealift?: Release
  /** Exact text of the signed boot manifest that goes into the slot with the image. */
  readonly bootManifest?: string
  /** Uptane 2.1 §5.4.2.1: which component of which device, and its hardware. */
  readonly ecuIdentifiers?: Readonly<Record<string, { readonly hardwareId: string }>>
}

export type Target = { readonly length: number; readonly hashes: Hashes; readonly custom?: TargetCustom }

export type DelegatedRole = RoleKeys & {
  readonly name: string
  /** Patterns: `*` and `?` within one segment. Exactly one of `paths` and `path_hash_prefixes` is there. */
  readonly paths?: readonly string[]
  readonly path_hash_prefixes?: readonly string[]
  readonly terminating: boolean
}

/** What a director says besides the images: for whom, and why there is nothing. Signed like the rest. */
export type DirectorWord = {
  readonly deviceId: string
  /** Counts the server's wish to try the same image again after a failure. */
  readonly attempt: number
  readonly whyNot?: string
}

export type Targets = Common & {
  readonly _type: 'targets'
  readonly targets: Readonly<Record<string, Target>>
  readonly delegations?: {
    readonly keys: Readonly<Record<string, PublicKey>>
    readonly roles: readonly DelegatedRole[]
  }
  readonly 'x-sealift'?: DirectorWord
}

export type Metadata = { root: Root; timestamp: Timestamp; snapshot: Snapshot; targets: Targets }

export type Signature = { readonly keyid: string; readonly sig: string }

export type Envelope<S> = {
  readonly signed: S
  readonly signatures: readonly Signature[]
  /** Canonical JSON of `signed`, made from the very value that is interpreted. */
  readonly signedBytes: Uint8Array
  /** Length of the file as it came. */
  readonly lengthBytes: number
}
