// Digests of what goes into a slot, and of what comes out of it again.

import { createHash, type Hash } from 'node:crypto'
import type { DiskFile } from '@sealift/world'
import { READ_BYTES } from './limits.ts'

/** Digest of nothing: what is written of an image at first. */
export const NOTHING_SHA256 = createHash('sha256').digest('hex')

/** Other algorithms than these are not ours to compute; SHA-256 is always there. */
const ALGORITHMS = ['sha256', 'sha512'] as const

export type Digests = {
  update(bytes: Uint8Array): void
  /** SHA-256 of what came so far. */
  sha256(): string
  /** True when every wanted digest that can be computed is the digest of what came. */
  match(wanted: Readonly<Record<string, string>>): boolean
}

/** @param wanted  which digests will be asked for */
export function newDigests(wanted: Readonly<Record<string, string>>): Digests {
  const hashes = new Map<string, Hash>(
    ALGORITHMS.filter((name) => name === 'sha256' || Object.hasOwn(wanted, name)).map((name) => [
      name,
      createHash(name),
    ]),
  )
  const digestOf = (hash: Hash | undefined) => hash?.copy().digest('hex') ?? ''
  return {
    update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes)
    },
    sha256: () => digestOf(hashes.get('sha256')),
    match: (wanted) =>
      [...hashes].every(([name, hash]) => !Object.hasOwn(wanted, name) || digestOf(hash) === wanted[name]),
  }
}

/** Digests of the first `lengthBytes` of a file, or of all there is when it is shorter. */
export async function digestFile(
  file: DiskFile,
  lengthBytes: number,
  wanted: Readonly<Record<string, string>>,
): Promise<Digests> {
  const digests = newDigests(wanted)
  for (let at = 0; at < lengthBytes; at += READ_BYTES) {
    const bytes = await file.readAt(at, Math.min(READ_BYTES, lengthBytes - at))
    if (bytes.byteLength === 0) break
    digests.update(bytes)
  }
  return digests
}
