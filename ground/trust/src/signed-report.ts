// A device's word under its own key: ECDSA P-256 over canonical JSON. Uptane 2.1 §5.4.2.1 (version manifest).

import { type KeyObject, sign, verify } from 'node:crypto'
import { Fault, type Report, type SignedReport } from '@sealift/protocol'
import { canonicalJson } from './canonical-json.ts'

// Keeps a report's signature from being one over anything else this key may sign.
const CONTEXT = Buffer.from('sealift-report-1\n', 'latin1')

/** @param privateKey  the device's identity key, P-256 */
export function signReport(report: Report, privateKey: KeyObject): SignedReport {
  return { signed: report, signature: sign('sha256', messageOf(report), privateKey).toString('base64') }
}

/**
 * @param publicKey  from the device's certificate
 * @throws {Fault} `report.signature`
 */
export function verifyReport(report: SignedReport, publicKey: KeyObject): Report {
  const signature = Buffer.from(report.signature, 'base64')
  if (!verify('sha256', messageOf(report.signed), publicKey, signature)) {
    throw new Fault('report.signature', { device: report.signed.deviceId, seq: report.signed.seq })
  }
  return report.signed
}

function messageOf(report: Report): Uint8Array {
  return Buffer.concat([CONTEXT, canonicalJson(report)])
}
