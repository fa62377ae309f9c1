// The targets files that the maker itself signs: the next version is made of the last, and of nothing slipped into it.

import {
  expiresAt,
  readMetadataText,
  requireThreshold,
  type Signer,
  SPEC_VERSION,
  signMetadata,
  type Targets,
} from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { readText } from './folder.ts'
import { listedKeysOf, roleKeysOf } from './keys/listed-keys.ts'

/**
 * The last version, if these very signers signed it. What lies in the folder may have been changed by somebody without
 * the passphrase; signing the next version on top would put our name under it.
 *
 * @throws {Fault} `verify.format`, `verify.threshold`, `keep.damaged` when it is missing
 */
export async function readOwnTargets(
  disk: Disk,
  name: string,
  role: string,
  signers: readonly Signer[],
): Promise<Targets> {
  const envelope = readMetadataText('targets', await readText(disk, name))
  requireThreshold(role, envelope, listedKeysOf(signers), roleKeysOf(signers))
  return envelope.signed
}

/** What a targets file begins with. */
export const NO_TARGETS: Targets = {
  _type: 'targets',
  spec_version: SPEC_VERSION,
  version: 0,
  expires: '',
  targets: {},
}

/** Text of the version after `last`, with `change` in it. */
export function signNextTargets(
  last: Targets,
  change: Pick<Partial<Targets>, 'targets' | 'delegations'>,
  signers: readonly Signer[],
  untilMs: number,
): Promise<string> {
  return signMetadata({ ...last, ...change, version: last.version + 1, expires: expiresAt(untilMs) }, signers)
}
