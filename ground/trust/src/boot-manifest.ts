// What the boot stage must know of an image before it starts it, under the boot key's signature.

import { createPublicKey } from 'node:crypto'
import { checkShape, Fault, HardwareId, ProductId, Sha256, Version } from '@sealift/protocol'
import Type, { type Static } from 'typebox'
import { canonicalJson, parseStrictJson } from './canonical-json.ts'
import { publicKeyOf, type Signer, verifySignature } from './key.ts'
import { signMetadata } from './write.ts'

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** docs/formats/boot-manifest.md */
export const BootManifest = Type.Object(
  {
    format: Type.Literal('sealift-boot-1'),
    product: ProductId,
    version: Version,
    releaseCounter: Count,
    securityCounter: Count,
    hardwareIds: Type.Array(HardwareId, { minItems: 1, maxItems: 64 }),
    lengthBytes: Count,
    sha256: Sha256,
  },
  { additionalProperties: false },
)
export type BootManifest = Static<typeof BootManifest>

const Signed = Type.Object(
  {
    signatures: Type.Array(
      Type.Object({ keyid: Type.String({ maxLength: 128 }), sig: Type.String({ pattern: '^(?:[0-9a-f]{2})+$' }) }),
      { minItems: 1, maxItems: 8 },
    ),
    signed: BootManifest,
  },
  { additionalProperties: false },
)

const LENGTH_BYTES_MAX = 65_536

/** Exact text of the signed manifest, as it goes into the slot. */
export function signBootManifest(manifest: BootManifest, signer: Signer): Promise<string> {
  return signMetadata(manifest, [signer])
}

/**
 * The manifest, if one of the boot keys signed it.
 *
 * @param bootKeysPem  SPKI, PEM; any one of them suffices, so that a key can be rolled over
 * @throws {Fault} `boot.manifest`
 */
export function readBootManifest(text: string, bootKeysPem: readonly string[]): BootManifest {
  const { signed, signatures } = parse(text)
  const bytes = canonicalJson(signed)
  for (const pem of bootKeysPem) {
    const key = publicKeyOf(createPublicKey(pem))
    if (signatures.some(({ sig }) => verifySignature(key, bytes, Buffer.from(sig, 'hex')))) return signed
  }
  throw new Fault('boot.manifest', { why: 'not signed by a boot key' })
}

function parse(text: string): Static<typeof Signed> {
  try {
    return checkShape(Signed, parseStrictJson(Buffer.from(text, 'utf8'), LENGTH_BYTES_MAX), 'boot.manifest')
  } catch (error) {
    if (error instanceof Fault) throw new Fault('boot.manifest', error.facts, { cause: error })
    throw error
  }
}
