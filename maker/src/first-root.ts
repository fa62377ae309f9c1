// The first root of a repository. TUF 1.0.34 §4.3.

import { expiresAt, type Role, type Signer, SPEC_VERSION, signMetadata } from '@sealift/trust'
import { listedKeysOf, roleKeysOf } from './keys/listed-keys.ts'
import { LIFETIME_MS } from './lifetimes.ts'

/** Text of version 1, signed by the root keys. Each role has keys of its own. */
export async function signFirstRoot(
  signers: Readonly<Record<Role, readonly Signer[]>>,
  nowMs: number,
): Promise<string> {
  const root = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: 1,
    expires: expiresAt(nowMs + LIFETIME_MS.root),
    consistent_snapshot: true,
    keys: listedKeysOf(Object.values(signers).flat()),
    roles: {
      root: roleKeysOf(signers.root),
      targets: roleKeysOf(signers.targets),
      snapshot: roleKeysOf(signers.snapshot),
      timestamp: roleKeysOf(signers.timestamp),
    },
  }
  return signMetadata(root, signers.root)
}
