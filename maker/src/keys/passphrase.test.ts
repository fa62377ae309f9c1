import { expect, test } from 'vitest'
import { KDF, passphraseOf, requireStrength } from './passphrase.ts'

const kdf = { ...KDF, memoryKiB: 8192, passes: 1, salt: '00'.repeat(16) }

test('the same parameters are derived once', () => {
  const passphrase = passphraseOf('correct horse battery')
  expect(passphrase.derive(kdf)).toBe(passphrase.derive({ ...kdf }))
})

test('another salt is another key', async () => {
  const passphrase = passphraseOf('correct horse battery')
  const other = await passphrase.derive({ ...kdf, salt: '01'.repeat(16) })
  expect(Buffer.from(await passphrase.derive(kdf)).equals(other)).toBe(false)
})

test('new keys are sealed with 64 MiB and three passes', () => {
  expect(KDF).toEqual({ memoryKiB: 65_536, passes: 3, parallelism: 1 })
})

test('eight characters are enough, seven are not', () => {
  expect(() => requireStrength(passphraseOf('12345678'))).not.toThrow()
  expect(() => requireStrength(passphraseOf('1234567'))).toThrow(expect.objectContaining({ code: 'sign.passphrase' }))
  expect(() => requireStrength(passphraseOf('💡💡💡💡💡💡💡'))).toThrow()
})
