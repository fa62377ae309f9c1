// Certificates for one test: an authority of its own, a server on this machine, a device.

import 'reflect-metadata'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export type Identity = { readonly keyPem: string; readonly certificatePem: string }

/** An authority, and what it vouches for. */
export class Authority {
  readonly caPem: string
  private readonly key: KeyObject

  private constructor(key: KeyObject, caPem: string) {
    this.key = key
    this.caPem = caPem
  }

  static async make(): Promise<Authority> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return new Authority(
      privateKey,
      await certify(privateKey, privateKey, 'CN=authority', [new BasicConstraintsExtension(true)]),
    )
  }

  async server(): Promise<Identity> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return await this.identity(privateKey, [
      new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ])
  }

  device(key: KeyObject): Promise<Identity> {
    return this.identity(key, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])])
  }

  private async identity(key: KeyObject, extensions: Extensions): Promise<Identity> {
    const certificatePem = await certify(key, this.key, 'CN=thermostat-0001', extensions)
    return { keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(), certificatePem }
  }
}

type Extensions = NonNullable<Parameters<typeof X509CertificateGenerator.create>[0]['extensions']>

async function certify(key: KeyObject, by: KeyObject, subject: string, extensions: Extensions): Promise<string> {
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: 'CN=authority',
    publicKey: await crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    signingKey: by.toCryptoKey(algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions,
  })
  return certificate.toString('pem')
}
