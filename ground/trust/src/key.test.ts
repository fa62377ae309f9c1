import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { contentOf, familyOf, keyIdOf, type PublicKey, publicKeyOf, signerOf, verifySignature } from './key.ts'

const MESSAGE = Buffer.from('message')

const kinds = [
  ['Ed25519', 'classical', () => generateKeyPairSync('ed25519')],
  ['P-256', 'classical', () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })],
  ['ML-DSA-65', 'post-quantum', () => generateKeyPairSync('ml-dsa-65')],
] as const

test.each(kinds)('%s signs and verifies, and nothing else verifies', async (_name, family, generate) => {
  const signer = signerOf(generate().privateKey)
  const signature = await signer.sign(MESSAGE)
  expect(familyOf(signer.key)).toBe(family)
  expect(signer.keyid).toBe(keyIdOf(signer.key))
  expect(verifySignature(signer.key, MESSAGE, signature)).toBe(true)
  expect(verifySignature(signer.key, Buffer.from('massage'), signature)).toBe(false)
  expect(verifySignature(signerOf(generate().privateKey).key, MESSAGE, signature)).toBe(false)
  const longer = Buffer.concat([signature, Buffer.alloc(1)])
  expect(verifySignature(signer.key, MESSAGE, longer)).toBe(false)
  expect(verifySignature(signer.key, MESSAGE, new Uint8Array())).toBe(false)
})

test('an ML-DSA key that calls itself ed25519 is no key at all', async () => {
  const signer = signerOf(generateKeyPairSync('ml-dsa-65').privateKey)
  const masked: PublicKey = { ...signer.key, keytype: 'ed25519', scheme: 'ed25519' }
  expect(contentOf(masked)).toBeUndefined()
  expect(verifySignature(masked, MESSAGE, await signer.sign(MESSAGE))).toBe(false)
})

test('bytes behind a public key are refused (Wycheproof: long public key)', async () => {
  const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
  const der = createPublicKey(signer.key.keyval.public).export({ type: 'spki', format: 'der' })
  const longer = Buffer.concat([der, Buffer.alloc(3)]).toString('base64')
  const pem = `-----BEGIN PUBLIC KEY-----\n${longer}\n-----END PUBLIC KEY-----\n`
  expect(createPublicKey(pem).asymmetricKeyType).toBe('ec')
  expect(verifySignature({ ...signer.key, keyval: { public: pem } }, MESSAGE, await signer.sign(MESSAGE))).toBe(false)
})

test('one key spelt in two ways has one content', () => {
  const key = publicKeyOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey)
  const spelt = { ...key, keyval: { public: key.keyval.public.trimEnd() } }
  expect(keyIdOf(spelt)).not.toBe(keyIdOf(key))
  expect(contentOf(spelt)).toBe(contentOf(key))
})

test('a key of no scheme in the table counts for nothing and signs nothing', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  expect(() => publicKeyOf(publicKey)).toThrow('sign.key')
  expect(() => signerOf(privateKey)).toThrow('sign.key')
  expect(verifySignature({ keytype: 'constructor', scheme: 'x', keyval: { public: '' } }, MESSAGE, MESSAGE)).toBe(false)
})
