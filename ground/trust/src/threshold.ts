// Count who signed: distinct keys by content, and of each family as many as the role asks for. TUF 1.0.34 §5, TAP 12.

import { Fault } from '@sealift/protocol'
import { contentOf, type Family, familyOf, type PublicKey, verifySignature } from './key.ts'
import type { Envelope, RoleKeys } from './metadata.ts'

/**
 * Accept a statement only when enough of the role's keys signed it.
 *
 * A broken family must not be able to drop the other one's requirement, so `x-min-per-family` stands in root and in
 * delegations, under the old keys' signature.
 *
 * @throws {Fault} `verify.threshold` with how many signatures counted, of each family
 */
export function requireThreshold(
  role: string,
  envelope: Envelope<unknown>,
  keys: Readonly<Record<string, PublicKey>>,
  roleKeys: RoleKeys,
): void {
  const families = validFamilies(envelope, keys, roleKeys)
  const ofFamily = (family: Family) => families.filter((each) => each === family).length
  const classical = ofFamily('classical')
  const postQuantum = ofFamily('post-quantum')
  const familyMin = roleKeys['x-min-per-family'] ?? 0
  if (families.length < roleKeys.threshold || classical < familyMin || postQuantum < familyMin) {
    throw new Fault('verify.threshold', { role, threshold: roleKeys.threshold, familyMin, classical, postQuantum })
  }
}

// One family a valid key; a key that stands there twice, under whatever id, counts once.
function validFamilies(
  envelope: Envelope<unknown>,
  keys: Readonly<Record<string, PublicKey>>,
  roleKeys: RoleKeys,
): readonly Family[] {
  const counted = new Map<string, Family>()
  for (const { keyid, sig } of envelope.signatures) {
    const key = roleKeys.keyids.includes(keyid) && Object.hasOwn(keys, keyid) ? keys[keyid] : undefined
    if (!key) continue
    const content = contentOf(key)
    const family = familyOf(key)
    if (content === undefined || family === undefined || counted.has(content)) continue
    if (verifySignature(key, envelope.signedBytes, Buffer.from(sig, 'hex'))) counted.set(content, family)
  }
  return [...counted.values()]
}
