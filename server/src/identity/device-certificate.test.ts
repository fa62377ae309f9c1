import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { seededChance } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { issueCertificate } from './device-certificate.ts'
import * as x509 from './x509.ts'

const NOW_MS = Date.UTC(2026, 2, 1)
const DAY_MS = 86_400_000
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

test.each([
  ['in its own way', ['00112233445566778899aabbccddeeff00112233']],
  ['in no way at all', []],
])('chains to an authority that names its key %s (RFC 5280 §4.2.1.1)', async (_story, keyIdentifiers) => {
  const key = newKey()
  const certificatePem = await authorityOf(key, keyIdentifiers)
  const spki = createPublicKey(newKey()).export({ type: 'spki', format: 'der' })
  const issued = await issueCertificate({ key, certificatePem }, seededChance(1), { id: 'bulb-1', spki }, NOW_MS)
  const certificate = new X509Certificate(issued.certificatePem)
  expect(certificate.subject).toBe('CN=bulb-1')
  expect(certificate.checkIssued(new X509Certificate(certificatePem))).toBe(true)
})

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

async function authorityOf(key: KeyObject, keyIdentifiers: readonly string[]): Promise<string> {
  const authority = await x509.X509CertificateGenerator.create({
    serialNumber: '01',
    subject: 'CN=authority',
    issuer: 'CN=authority',
    notBefore: new Date(NOW_MS - DAY_MS),
    notAfter: new Date(NOW_MS + DAY_MS),
    publicKey: createPublicKey(key).toCryptoKey(P256, true, ['verify']),
    signingKey: key.toCryptoKey(P256, false, ['sign']),
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ...keyIdentifiers.map((keyIdentifier) => new x509.SubjectKeyIdentifierExtension(keyIdentifier)),
    ],
  })
  return authority.toString('pem')
}
