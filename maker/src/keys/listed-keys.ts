// How the keys of a role stand in root and in delegations. TUF 1.0.34 §4.3, §4.5.

import type { PublicKey, RoleKeys, Signer } from '@sealift/trust'

/** One signature of each family is asked for, so that a break of one family breaks nothing. */
export function roleKeysOf(signers: readonly Signer[]): RoleKeys {
  return { keyids: signers.map(({ keyid }) => keyid), threshold: 1, 'x-min-per-family': 1 }
}

export function listedKeysOf(signers: readonly Signer[]): Readonly<Record<string, PublicKey>> {
  return Object.fromEntries(signers.map(({ keyid, key }) => [keyid, key]))
}
