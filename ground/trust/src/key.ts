// Public keys in TUF's form, the one table that binds a scheme to its key, and signing.

import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import { canonicalJson } from './canonical-json.ts'

/** A key as it stands in root and in delegations. TUF 1.0.34 §4.2; ML-DSA as in TAP 21. */
export type PublicKey = {
  readonly keytype: string
  readonly scheme: string
  readonly keyval: { readonly public: string }
}

/** Families fail together: a break of one must not be a break of both. */
export type Family = 'classical' | 'post-quantum'

export type Signer = {
  readonly keyid: string
  readonly key: PublicKey
  /** Signature over `bytes`, in the form its scheme asks for. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

type Scheme = {
  readonly family: Family
  /** Name that node:crypto gives the key, and its curve where there is one. */
  readonly type: string
  readonly curve?: string
  /** `hex`: raw public key (TUF's ed25519); `pem`: SPKI. */
  readonly form: 'hex' | 'pem'
  /** Exact length of the SPKI in DER: createPublicKey ignores bytes behind it (Wycheproof "long public key"). */
  readonly spkiLengthBytes: number
  readonly hash: string | null
  readonly signatureLengthBytesMax: number
  /** TAP 21 signs a digest with a prefix of its own, so that no other use of the key can be mistaken for TUF. */
  readonly prehashed: boolean
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  'ed25519/ed25519': {
    family: 'classical',
    type: 'ed25519',
    form: 'hex',
    spkiLengthBytes: 44,
    hash: null,
    signatureLengthBytesMax: 64,
    prehashed: false,
  },
  'ecdsa/ecdsa-sha2-nistp256': {
    family: 'classical',
    type: 'ec',
    curve: 'prime256v1',
    form: 'pem',
    spkiLengthBytes: 91,
    hash: 'sha256',
    signatureLengthBytesMax: 72,
    prehashed: false,
  },
  'ml-dsa/ml-dsa-65/1': {
    family: 'post-quantum',
    type: 'ml-dsa-65',
    form: 'pem',
    spkiLengthBytes: 1974,
    hash: null,
    signatureLengthBytesMax: 3309,
    prehashed: true,
  },
}

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Family of a key; undefined when we do not know its scheme, so that it counts for nothing. */
export function familyOf(key: PublicKey): Family | undefined {
  return schemeOf(key)?.family
}

/** SHA-256 of the key's canonical JSON. TUF 1.0.34 §4.2: our ids are this; others' ids are only labels (TAP 12). */
export function keyIdOf(key: PublicKey): string {
  return createHash('sha256').update(canonicalJson(key)).digest('hex')
}

/**
 * What a threshold counts: the key's content, never its id or spelling, so that one key under two names counts once.
 * Undefined when the key is of no known scheme or malformed.
 * @see TAP 12
 */
export function contentOf(key: PublicKey): string | undefined {
  const loaded = load(key)
  return loaded && createHash('sha256').update(spkiOf(loaded.object)).digest('hex')
}

/** False for any key, scheme or signature that is not exactly of its form; it never throws. */
export function verifySignature(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  const loaded = load(key)
  if (!loaded || signature.byteLength > loaded.scheme.signatureLengthBytesMax) return false
  try {
    return verify(loaded.scheme.hash, messageOf(loaded.scheme, bytes), loaded.object, signature)
  } catch {
    return false
  }
}

/**
 * A signer for a private key that this process holds.
 * @throws {Fault} `sign.key` when the key is of no scheme in the table
 */
export function signerOf(privateKey: KeyObject): Signer {
  const key = publicKeyOf(createPublicKey(privateKey))
  const scheme = schemeOf(key)
  if (!scheme) throw new Fault('sign.key', { why: 'no scheme for this key', type: privateKey.asymmetricKeyType ?? '' })
  return {
    keyid: keyIdOf(key),
    key,
    sign: async (bytes) => sign(scheme.hash, messageOf(scheme, bytes), privateKey),
  }
}

/**
 * A key object in TUF's form.
 * @throws {Fault} `sign.key` when it is of no scheme in the table
 */
export function publicKeyOf(object: KeyObject): PublicKey {
  const curve = object.asymmetricKeyDetails?.namedCurve
  for (const [name, scheme] of Object.entries(SCHEMES)) {
    if (scheme.type !== object.asymmetricKeyType || scheme.curve !== curve) continue
    const slash = name.indexOf('/')
    const spki = spkiOf(object)
    return {
      keytype: name.slice(0, slash),
      scheme: name.slice(slash + 1),
      keyval: {
        public:
          scheme.form === 'hex'
            ? spki.subarray(ED25519_SPKI_PREFIX.length).toString('hex')
            : object.export({ type: 'spki', format: 'pem' }).toString(),
      },
    }
  }
  throw new Fault('sign.key', { why: 'no scheme for this key', type: object.asymmetricKeyType ?? '' })
}

function schemeOf(key: PublicKey): Scheme | undefined {
  const name = `${key.keytype}/${key.scheme}`
  return Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined
}

function load(key: PublicKey): { scheme: Scheme; object: KeyObject } | undefined {
  const scheme = schemeOf(key)
  if (!scheme) return undefined
  const der = scheme.form === 'hex' ? derOfHex(key.keyval.public) : derOfPem(key.keyval.public)
  if (der?.byteLength !== scheme.spkiLengthBytes) return undefined
  try {
    const object = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const fits = object.asymmetricKeyType === scheme.type && object.asymmetricKeyDetails?.namedCurve === scheme.curve
    return fits && spkiOf(object).equals(der) ? { scheme, object } : undefined
  } catch {
    return undefined
  }
}

function derOfHex(text: string): Buffer | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(text, 'hex')]) : undefined
}

function derOfPem(text: string): Buffer | undefined {
  const match = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n?$/.exec(text)
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64')
}

function spkiOf(object: KeyObject): Buffer {
  return object.export({ type: 'spki', format: 'der' })
}

// TAP 21: signed bytes = "tuf" ‖ 0x01 ‖ SHA-512(canonical JSON).
function messageOf(scheme: Scheme, bytes: Uint8Array): Uint8Array {
  if (!scheme.prehashed) return bytes
  return Buffer.concat([Buffer.from('tuf\x01', 'latin1'), createHash('sha512').update(bytes).digest()])
}
