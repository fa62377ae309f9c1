import { generateKeyPairSync } from 'node:crypto'
import { verifySignature } from '@sealift/trust'
import { seededChance } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { sealKey, unsealKey } from './key-file.ts'
import { passphraseOf } from './passphrase.ts'
import { signersOf } from './role-keys.ts'

const passphrase = passphraseOf('correct horse battery')
const lock = { passphrase, salt: '00'.repeat(16), chance: seededChance(1) }
const ed25519 = generateKeyPairSync('ed25519').privateKey
const mlDsa = generateKeyPairSync('ml-dsa-65').privateKey
const message = Buffer.from('to sign')

test.each([
  ['ed25519', ed25519],
  ['ml-dsa-65', mlDsa],
])('a sealed %s key opens with its passphrase and signs', async (_kind, key) => {
  const file = Buffer.from(await sealKey('image/targets', key, lock))
  const [signer] = signersOf([await unsealKey(file, 'image/targets', passphrase)])
  const signature = await signer?.sign(message)
  expect(signer && signature && verifySignature(signer.key, message, signature)).toBe(true)
})

test('another passphrase does not open it', async () => {
  const file = Buffer.from(await sealKey('boot', ed25519, lock))
  await expect(unsealKey(file, 'boot', passphraseOf('correct horse batterx'))).rejects.toMatchObject({
    code: 'sign.passphrase',
  })
})

test('the same letters typed in another Unicode form are the same passphrase', async () => {
  const composed = { ...lock, passphrase: passphraseOf('schl\u00fcsselbund') }
  const file = Buffer.from(await sealKey('boot', ed25519, composed))
  await expect(unsealKey(file, 'boot', passphraseOf('schlu\u0308sselbund'))).resolves.toBeDefined()
})

test('no private bytes stand in a sealed file', async () => {
  const text = await sealKey('boot', ed25519, lock)
  const seed = ed25519.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
  for (const form of ['hex', 'base64', 'base64url'] as const)
    expect(text).not.toContain(seed.toString(form).slice(0, 40))
})

test("a file is not another role's, even when it is renamed and edited", async () => {
  const text = await sealKey('product/lamp', ed25519, lock)
  await expect(unsealKey(Buffer.from(text), 'boot', passphrase)).rejects.toMatchObject({ code: 'sign.key' })
  const edited = text.replace('"product/lamp"', '"boot"')
  await expect(unsealKey(Buffer.from(edited), 'boot', passphrase)).rejects.toMatchObject({ code: 'sign.passphrase' })
})

test('whatever is changed in a sealed file, it does not open', async () => {
  const text = await sealKey('boot', ed25519, lock)
  const file = JSON.parse(text)
  const flip = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
  const changes = [
    { ...file, keyid: flip(file.keyid) },
    { ...file, key: { ...file.key, keyval: { public: flip(file.key.keyval.public) } } },
    { ...file, private: { ...file.private, nonce: flip(file.private.nonce) } },
    { ...file, private: { ...file.private, tag: flip(file.private.tag) } },
    { ...file, private: { ...file.private, ciphertext: `AAAA${file.private.ciphertext.slice(4)}` } },
    { ...file, private: { ...file.private, kdf: { ...file.private.kdf, passes: 1 } } },
  ]
  for (const changed of changes) {
    await expect(unsealKey(Buffer.from(JSON.stringify(changed)), 'boot', passphrase)).rejects.toMatchObject({
      code: 'sign.passphrase',
    })
  }
})

test.each([
  ['more memory than a laptop has', { memoryKiB: 1_048_577 }],
  ['hours of passes', { passes: 17 }],
  ['many lanes', { parallelism: 5 }],
  ['a short salt', { salt: '00' }],
])('a file that asks for %s is not worked on', async (_story, kdf) => {
  const file = JSON.parse(await sealKey('boot', ed25519, lock))
  file.private.kdf = { ...file.private.kdf, ...kdf }
  const unused = { length: 9, derive: () => expect.unreachable('it must not be derived') }
  const opening = unsealKey(Buffer.from(JSON.stringify(file)), 'boot', unused)
  await expect(opening).rejects.toMatchObject({ code: 'keep.damaged' })
})
