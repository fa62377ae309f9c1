// Which HTTP status says what a fault says.

import type { FaultCode } from '@sealift/protocol'

const STATUS: Partial<Record<FaultCode, number>> = {
  'publish.truncated': 400,
  'publish.conflict': 409,
  'assign.unknown': 404,
  'assign.state': 409,
  'assign.invalid': 400,
  'assign.approval': 403,
  'deliver.not-yours': 404,
  'deliver.range': 416,
  'deliver.busy': 503,
  'report.invalid': 400,
  'report.signature': 403,
  'report.replay': 409,
  'enrol.token': 403,
  'enrol.request': 400,
  'enrol.identity': 403,
  'access.required': 401,
  'access.denied': 403,
  'access.link': 403,
  'access.forged': 403,
  'access.rate': 429,
  'access.limit': 413,
  'keep.busy': 503,
  'keep.full': 507,
  'keep.missing': 500,
  'keep.damaged': 500,
}

/** RFC 9110 §15.5.21: understood, of the right form, and yet not acceptable. */
const UNPROCESSABLE = 422

export function statusOf(code: FaultCode): number {
  return STATUS[code] ?? UNPROCESSABLE
}
