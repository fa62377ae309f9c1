// Secrets that open something: shown once, kept as a hash.

import { createHash } from 'node:crypto'
import type { Chance } from '@sealift/world'

/** 256 bits: guessing is hopeless, so a fast hash at rest is enough. */
const LENGTH_BYTES = 32

/** @param kind  stands in front, so that a scanner of logs and repositories can tell what leaked */
export function newSecret(chance: Chance, kind: 'claim' | 'token' | 'link' | 'session'): string {
  return `sealift_${kind}_${Buffer.from(chance.bytes(LENGTH_BYTES)).toString('base64url')}`
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}
