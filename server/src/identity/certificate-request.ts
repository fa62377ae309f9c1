// Read a certificate request: PKCS#10 (RFC 2986), a P-256 key, signed by that very key. The name in it is not used.

import { createPublicKey } from 'node:crypto'
import { Fault } from '@sealift/protocol'

/** SPKI in DER of the key that asks. Its exact length is that of an uncompressed P-256 key. */
const SPKI_LENGTH_BYTES = 91

/** @throws {Fault} `enrol.request` */
export async function readCertificateRequest(pem: string): Promise<Uint8Array> {
  const { Pkcs10CertificateRequest } = await import('./x509.ts')
  let spki: Uint8Array
  let isSigned: boolean
  try {
    const request = new Pkcs10CertificateRequest(derOf(pem))
    spki = new Uint8Array(request.publicKey.rawData)
    requireP256(spki)
    isSigned = await request.verify()
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('enrol.request', { why: 'not a PKCS#10 request' }, { cause: error })
  }
  if (!isSigned) throw new Fault('enrol.request', { why: 'not signed by the key that it names' })
  return spki
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const match =
    /^\s*-----BEGIN CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(pem)
  if (match?.[1] === undefined) throw new Fault('enrol.request', { why: 'not one PEM certificate request' })
  return new Uint8Array(Buffer.from(match[1], 'base64'))
}

function requireP256(spki: Uint8Array): void {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  if (!isP256 || spki.byteLength !== SPKI_LENGTH_BYTES) throw new Fault('enrol.request', { why: 'not a P-256 key' })
}
