// The two authorities and the server's certificate. RFC 5280; P-256, because every TLS stack in the field knows it.

import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Chance } from '@sealift/world'
import { isAddress } from './host.ts'
import { newP256Key } from './keys/role-keys.ts'
import { LIFETIME_MS } from './lifetimes.ts'

export type Issuance = {
  /** Stands in each certificate as O. At most 64 characters, RFC 5280 appendix A. */
  readonly organisation: string
  readonly nowMs: number
  readonly chance: Chance
}

export type Authority = { readonly key: KeyObject; readonly certificatePem: string }

// A device whose clock is a little behind must not refuse what was made a minute ago.
const BACKDATED_MS = 86_400_000

/** A self-signed authority whose only use is to sign end certificates. */
export async function newAuthority(key: KeyObject, commonName: string, issuance: Issuance): Promise<Authority> {
  const x509 = await loadX509()
  const keyIdentifier = keyIdentifierOf(key)
  const certificatePem = await issue(key, issuance, {
    subject: nameOf(issuance.organisation, commonName),
    issuer: nameOf(issuance.organisation, commonName),
    lifetimeMs: LIFETIME_MS.authority,
    publicKey: spkiOf(key),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.SubjectKeyIdentifierExtension(keyIdentifier),
      new x509.AuthorityKeyIdentifierExtension(keyIdentifier),
    ],
  })
  return { key, certificatePem }
}

/**
 * A key and a certificate that the server shows to devices and people.
 * @param hosts  DNS names and IP addresses under which it is reached; at least one
 */
export async function newServerIdentity(
  authority: Authority,
  hosts: readonly string[],
  issuance: Issuance,
): Promise<{ readonly keyPem: string; readonly certificatePem: string }> {
  const x509 = await loadX509()
  const key = newP256Key()
  const certificatePem = await issue(authority.key, issuance, {
    subject: nameOf(issuance.organisation, hosts[0] ?? ''),
    issuer: new x509.X509Certificate(authority.certificatePem).subjectName.toJSON(),
    lifetimeMs: LIFETIME_MS.server,
    publicKey: spkiOf(key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isAddress(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
      new x509.SubjectKeyIdentifierExtension(keyIdentifierOf(key)),
      new x509.AuthorityKeyIdentifierExtension(keyIdentifierOf(authority.key)),
    ],
  })
  return { keyPem: pemOf(key), certificatePem }
}

/** PKCS#8 in PEM. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** From when and until when a certificate is good, in milliseconds since 1970. */
export function validityOf(certificatePem: string): { readonly fromMs: number; readonly untilMs: number } {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem)
  return { fromMs: validFromDate.getTime(), untilMs: validToDate.getTime() }
}

type X509 = typeof import('@peculiar/x509')
type Name = import('@peculiar/x509').JsonName
type Extension = import('@peculiar/x509').Extension

// A fifth of a second to load, and needed once in the life of an organisation: so not at the start of every command.
async function loadX509(): Promise<X509> {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

type Certificate = {
  readonly subject: Name
  readonly issuer: Name
  readonly lifetimeMs: number
  readonly publicKey: Buffer
  readonly extensions: Extension[]
}

async function issue(issuerKey: KeyObject, issuance: Issuance, certificate: Certificate): Promise<string> {
  const x509 = await loadX509()
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const beginsAtMs = issuance.nowMs - BACKDATED_MS
  const issued = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumberOf(issuance.chance),
    subject: certificate.subject,
    issuer: certificate.issuer,
    notBefore: new Date(beginsAtMs),
    notAfter: new Date(beginsAtMs + certificate.lifetimeMs),
    publicKey: certificate.publicKey,
    signingKey: issuerKey.toCryptoKey(algorithm, false, ['sign']),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: certificate.extensions,
  })
  return `${issued.toString('pem')}\n`
}

function nameOf(organisation: string, commonName: string): Name {
  return [{ O: [organisation] }, { CN: [commonName] }]
}

// RFC 5280 §4.1.2.2: positive, at most 20 bytes; unpredictable, so that nobody can prepare a collision.
function serialNumberOf(chance: Chance): string {
  const bytes = Buffer.from(chance.bytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

// RFC 7093 §2 (1): the left 160 bits of the SHA-256 of the public key.
function keyIdentifierOf(key: KeyObject): string {
  return createHash('sha256').update(spkiOf(key).subarray(-65)).digest('hex').slice(0, 40)
}

function spkiOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' })
}
