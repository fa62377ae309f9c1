// Certificates for tests: authorities, a server's certificate for loopback, and a device's request.

import 'reflect-metadata'
import { generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { KeyPairPem } from '../folder.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const YEAR_MS = 365 * 86_400_000

export type Authority = {
  readonly key: KeyObject
  readonly keys: webcrypto.CryptoKeyPair
  readonly certificatePem: string
}

function newKeys(): { readonly key: KeyObject; readonly keys: webcrypto.CryptoKeyPair } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    key: privateKey,
    keys: {
      privateKey: privateKey.toCryptoKey(P256, true, ['sign']),
      publicKey: publicKey.toCryptoKey(P256, true, ['verify']),
    },
  }
}

export async function newAuthority(name: string, nowMs: number): Promise<Authority> {
  const { key, keys } = newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(nowMs - YEAR_MS),
    notAfter: new Date(nowMs + 10 * YEAR_MS),
    keys,
    signingAlgorithm: P256,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return { key, keys, certificatePem: certificate.toString('pem') }
}

export async function newServerCertificate(authority: Authority, nowMs: number): Promise<KeyPairPem> {
  const { key, keys } = newKeys()
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=127.0.0.1',
    issuer: new X509Certificate(authority.certificatePem).subjectName,
    notBefore: new Date(nowMs - 3_600_000),
    notAfter: new Date(nowMs + YEAR_MS),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: P256,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth], true),
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  })
  return {
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: certificate.toString('pem'),
  }
}

/** A device's key and its request for a certificate. */
export async function newDeviceRequest(): Promise<{ readonly key: KeyObject; readonly csrPem: string }> {
  const { key, keys } = newKeys()
  return { key, csrPem: await requestFor(keys) }
}

export async function requestFor(keys: webcrypto.CryptoKeyPair, signingAlgorithm: object = P256): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=whatever it says',
    keys,
    signingAlgorithm: signingAlgorithm as typeof P256,
  })
  return request.toString('pem')
}
