// The certificate that makes a key one of our devices: for client authentication, for one year, under our own device CA.

import { createHash, X509Certificate } from 'node:crypto'
import type { Chance } from '@sealift/world'
import type { OnlineKeys } from './online-keys.ts'

const HOUR_MS = 3_600_000
const CERTIFICATE_VALID_MS = 365 * 24 * HOUR_MS

type X509 = typeof import('./x509.ts')
type Authority = InstanceType<X509['X509Certificate']>
type Extension = InstanceType<X509['AuthorityKeyIdentifierExtension']>

/** RFC 5280 §4.1.2.2: at most 20 octets and positive. */
const SERIAL_LENGTH_BYTES = 16

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

export type Issued = { readonly certificatePem: string; readonly fingerprint: string }

/** @param spki  the device's public key, in DER; that it holds the private one was checked with its request */
export async function issueCertificate(
  { key, certificatePem }: OnlineKeys['deviceCa'],
  chance: Chance,
  device: { readonly id: string; readonly spki: Uint8Array },
  nowMs: number,
): Promise<Issued> {
  const x509 = await import('./x509.ts')
  const authority = new x509.X509Certificate(certificatePem)
  const publicKey = await crypto.subtle.importKey('spki', new Uint8Array(device.spki), P256, true, ['verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialOf(chance),
    subject: `CN=${device.id}`,
    issuer: authority.subjectName,
    // An hour back: nobody's clock is exact.
    notBefore: new Date(nowMs - HOUR_MS),
    notAfter: new Date(Math.min(nowMs + CERTIFICATE_VALID_MS, authority.notAfter.getTime())),
    publicKey,
    signingKey: key.toCryptoKey(P256, false, ['sign']),
    signingAlgorithm: { ...P256, hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `urn:sealift:device:${device.id}` }]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      ...authorityKeyIdentifierOf(authority, x509),
    ],
  })
  const pem = certificate.toString('pem')
  return { certificatePem: pem, fingerprint: fingerprintOf(new X509Certificate(pem).raw) }
}

// RFC 5280 §4.2.1.1: what the authority calls its key, however it came to that name. TLS refuses a certificate that names another.
function authorityKeyIdentifierOf(authority: Authority, x509: X509): readonly Extension[] {
  const named = authority.getExtension(x509.SubjectKeyIdentifierExtension)
  return named ? [new x509.AuthorityKeyIdentifierExtension(named.keyId)] : []
}

/** SHA-256 of a certificate in DER: how the device listener knows a device again. */
export function fingerprintOf(certificateDer: Uint8Array): string {
  return createHash('sha256').update(certificateDer).digest('hex')
}

function serialOf(chance: Chance): string {
  const bytes = chance.bytes(SERIAL_LENGTH_BYTES)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return Buffer.from(bytes).toString('hex')
}
