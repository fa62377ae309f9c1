// The private keys that live on the server. Root, targets, product and boot keys are never among them.

import type { KeyObject } from 'node:crypto'
import type { Signer } from '@sealift/trust'

/** Each role has keys of its own: one of each family. */
export type OnlineKeys = {
  readonly imageSnapshot: readonly Signer[]
  readonly imageTimestamp: readonly Signer[]
  readonly directorTargets: readonly Signer[]
  readonly directorSnapshot: readonly Signer[]
  readonly directorTimestamp: readonly Signer[]
  /** Signs the certificates of devices. */
  readonly deviceCa: { readonly key: KeyObject; readonly certificatePem: string }
}
