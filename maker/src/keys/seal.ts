// AES-256-GCM over a few bytes. NIST SP 800-38D.

import { createCipheriv, createDecipheriv } from 'node:crypto'

export const NONCE_LENGTH_BYTES = 12
export const TAG_LENGTH_BYTES = 16

/** @param boundTo  bytes that are not secret but must be the same when it is opened */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  boundTo: Uint8Array,
  plain: Uint8Array,
): { readonly tag: Buffer; readonly ciphertext: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH_BYTES })
  cipher.setAAD(boundTo)
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { tag: cipher.getAuthTag(), ciphertext }
}

/** Undefined when the key is another, or any byte was changed: the two cannot be told apart. */
export function unseal(
  key: Uint8Array,
  sealed: {
    readonly nonce: Uint8Array
    readonly tag: Uint8Array
    readonly ciphertext: Uint8Array
    readonly boundTo: Uint8Array
  },
): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: TAG_LENGTH_BYTES })
  decipher.setAAD(sealed.boundTo)
  decipher.setAuthTag(sealed.tag)
  const begun = decipher.update(sealed.ciphertext)
  try {
    return Buffer.concat([begun, decipher.final()])
  } catch {
    return undefined
  }
}
