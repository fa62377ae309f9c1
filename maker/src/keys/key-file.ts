// A private key in a file of the maker's, sealed with a passphrase.

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Fault, parseJson } from '@sealift/protocol'
import { canonicalJson, keyIdOf, signerOf } from '@sealift/trust'
import type { Chance } from '@sealift/world'
import Type, { type Static } from 'typebox'
import { KDF, type Kdf, type Passphrase } from './passphrase.ts'
import { NONCE_LENGTH_BYTES, seal, TAG_LENGTH_BYTES, unseal } from './seal.ts'

const hexOf = (lengthBytes: number) => Type.String({ pattern: `^[0-9a-f]{${lengthBytes * 2}}$` })
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 8192 })

// A file says how much work opening it is, so the work is bounded: 1 GiB of memory at most.
const KdfShape = Type.Object(
  {
    memoryKiB: Type.Integer({ minimum: 8192, maximum: 1_048_576 }),
    passes: Type.Integer({ minimum: 1, maximum: 16 }),
    parallelism: Type.Integer({ minimum: 1, maximum: 4 }),
    salt: hexOf(16),
  },
  { additionalProperties: false },
)

const Sealed = Type.Object(
  {
    sealed: Type.Literal('argon2id+aes-256-gcm'),
    kdf: KdfShape,
    nonce: hexOf(NONCE_LENGTH_BYTES),
    tag: hexOf(TAG_LENGTH_BYTES),
    ciphertext: Base64,
  },
  { additionalProperties: false },
)

const Public = {
  format: Type.Literal('sealift-key-1'),
  role: Type.String({ pattern: '^[a-z0-9][a-z0-9._/-]{0,79}$' }),
  keyid: hexOf(32),
  key: Type.Object(
    {
      keytype: Type.String({ maxLength: 32 }),
      scheme: Type.String({ maxLength: 64 }),
      keyval: Type.Object({ public: Type.String({ maxLength: 8192 }) }, { additionalProperties: false }),
    },
    { additionalProperties: false },
  ),
}

const SealedKeyFile = Type.Object({ ...Public, private: Sealed }, { additionalProperties: false })
type SealedKeyFile = Static<typeof SealedKeyFile>

const LIMITS = { lengthBytesMax: 65_536, depthMax: 8 }

/** Text of a key file for the maker's folder. */
export async function sealKey(
  role: string,
  privateKey: KeyObject,
  lock: { readonly passphrase: Passphrase; readonly salt: string; readonly chance: Chance },
): Promise<string> {
  const kdf: Kdf = { ...KDF, salt: lock.salt }
  const nonce = lock.chance.bytes(NONCE_LENGTH_BYTES)
  const head = headOf(role, privateKey)
  const plain = pkcs8Of(privateKey)
  const { tag, ciphertext } = seal(await lock.passphrase.derive(kdf), nonce, boundTo(head, kdf), plain)
  plain.fill(0)
  const file: SealedKeyFile = {
    ...head,
    private: {
      sealed: 'argon2id+aes-256-gcm',
      kdf,
      nonce: Buffer.from(nonce).toString('hex'),
      tag: tag.toString('hex'),
      ciphertext: ciphertext.toString('base64'),
    },
  }
  return textOf(file)
}

/**
 * The private key of a sealed file.
 * @throws {Fault} `keep.damaged` when it is no key file, `sign.passphrase` when it does not open,
 *                 `sign.key` when it is another role's or holds another key than it says
 */
export async function unsealKey(bytes: Uint8Array, role: string, passphrase: Passphrase): Promise<KeyObject> {
  const { private: sealed, ...head } = parseJson(SealedKeyFile, bytes, LIMITS, 'keep.damaged')
  const plain = unseal(await passphrase.derive(sealed.kdf), {
    nonce: Buffer.from(sealed.nonce, 'hex'),
    tag: Buffer.from(sealed.tag, 'hex'),
    ciphertext: Buffer.from(sealed.ciphertext, 'base64'),
    boundTo: boundTo(head, sealed.kdf),
  })
  if (!plain) throw new Fault('sign.passphrase', { role })
  const privateKey = privateKeyOf(plain, head, role)
  plain.fill(0)
  return privateKey
}

type Head = Omit<SealedKeyFile, 'private'>

function headOf(role: string, privateKey: KeyObject): Head {
  const { keyid, key } = signerOf(privateKey)
  return { format: 'sealift-key-1', role, keyid, key }
}

function pkcs8Of(privateKey: KeyObject): Buffer {
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

function textOf(file: object): string {
  return `${JSON.stringify(file, undefined, 2)}\n`
}

// The head is under the seal as well, so that no file can be passed off as another role's.
function boundTo(head: Head, kdf: Kdf): Uint8Array {
  return canonicalJson({ ...head, kdf })
}

function privateKeyOf(pkcs8: Buffer, head: Head, role: string): KeyObject {
  if (head.role !== role) throw new Fault('sign.key', { role, why: `the file is for ${head.role}` })
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' })
  } catch (error) {
    throw new Fault('sign.key', { role, why: 'not a private key' }, { cause: error })
  }
  if (signerOf(privateKey).keyid !== head.keyid || keyIdOf(head.key) !== head.keyid) {
    throw new Fault('sign.key', { role, why: 'the private key is not the one the file names' })
  }
  return privateKey
}
