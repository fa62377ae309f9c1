// A passphrase, and the keys that are derived from it: slowly, and each only once.

import { type Argon2Parameters, argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import { Fault } from '@sealift/protocol'

/** Parameters of Argon2id. RFC 9106 §3.1. */
export type Kdf = {
  readonly memoryKiB: number
  readonly passes: number
  readonly parallelism: number
  /** Hexadecimal, 16 bytes. One salt serves an organisation, so that one derivation opens all its keys. */
  readonly salt: string
}

/** RFC 9106 §4, second choice, on one lane: about a fifth of a second, and 64 MiB for every guess of an attacker. */
export const KDF = { memoryKiB: 65_536, passes: 3, parallelism: 1 } as const

const PASSPHRASE_LENGTH_MIN = 8
const KEY_LENGTH_BYTES = 32

export type Passphrase = {
  /** In characters, as a person counts them. */
  readonly length: number
  /** Key of 32 bytes. The first call with some parameters takes its time, further ones share its answer. */
  derive(kdf: Kdf): Promise<Uint8Array>
}

const deriveSlowly = promisify(argon2)

/**
 * Hold on to one passphrase while there are keys to open with it; hand the same one to every call of a session.
 *
 * @param text  taken in its NFKC form, so that the same letters typed on two keyboards are the same passphrase
 */
export function passphraseOf(text: string): Passphrase {
  const message = Buffer.from(text.normalize('NFKC'), 'utf8')
  const derived = new Map<string, Promise<Uint8Array>>()
  return {
    length: Array.from(text).length,
    derive(kdf) {
      const name = [kdf.memoryKiB, kdf.passes, kdf.parallelism, kdf.salt].join('/')
      const known = derived.get(name)
      if (known) return known
      const key = deriveSlowly('argon2id', parametersOf(message, kdf))
      derived.set(name, key)
      return key
    },
  }
}

/**
 * Refuse a passphrase that is too short to seal new keys with. NIST SP 800-63B asks for eight characters at least.
 * @throws {Fault} `sign.passphrase`
 */
export function requireStrength(passphrase: Passphrase): void {
  if (passphrase.length >= PASSPHRASE_LENGTH_MIN) return
  throw new Fault('sign.passphrase', { why: 'too short', length: passphrase.length, lengthMin: PASSPHRASE_LENGTH_MIN })
}

function parametersOf(message: Buffer, kdf: Kdf): Argon2Parameters {
  return {
    message,
    nonce: Buffer.from(kdf.salt, 'hex'),
    memory: kdf.memoryKiB,
    passes: kdf.passes,
    parallelism: kdf.parallelism,
    tagLength: KEY_LENGTH_BYTES,
  }
}
