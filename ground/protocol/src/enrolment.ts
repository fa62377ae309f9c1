// How a device comes to its identity: an operator makes a claim, the device redeems it for a certificate.

import Type, { type Static } from 'typebox'
import { AtMs, Counter, DeviceId, HardwareId, ProductId } from './words.ts'

const Pem = Type.String({ maxLength: 16_384 })
const MetadataText = Type.String({ maxLength: 524_288 })

export const ClaimRequest = Type.Object(
  {
    product: ProductId,
    hardwareId: HardwareId,
    devices: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'how many devices may use it; 1' }),
    ),
    validS: Type.Optional(Type.Integer({ minimum: 60, maximum: 90 * 86_400, description: 'seconds; one day' })),
  },
  { additionalProperties: false },
)
export type ClaimRequest = Static<typeof ClaimRequest>

/**
 * Everything a device needs to be brought into the fleet, over a channel that its maker trusts (factory line, USB stick).
 * `token` is a secret; the roots and the keys are what the device will trust from then on.
 */
export const Claim = Type.Object(
  {
    format: Type.Literal('sealift-claim-1'),
    token: Type.String({ maxLength: 128 }),
    expiresAtMs: AtMs,
    product: ProductId,
    hardwareId: HardwareId,
    enrolUrl: Type.String({ maxLength: 512, description: 'https://…, the listener for people and enrolment' }),
    deviceUrl: Type.String({ maxLength: 512, description: 'https://…, the listener that asks for the certificate' }),
    serverCaPem: Pem,
    imageRoot: MetadataText,
    directorRoot: MetadataText,
    /** Keys that sign boot manifests: SPKI, PEM. */
    bootKeysPem: Type.Array(Pem, { minItems: 1, maxItems: 8 }),
  },
  { additionalProperties: false },
)
export type Claim = Static<typeof Claim>

export const EnrolRequest = Type.Object(
  {
    token: Type.String({ maxLength: 128 }),
    /** PKCS#10, P-256, PEM. The name inside is not used: the server names the device. */
    csrPem: Pem,
    serial: Type.Optional(Type.String({ maxLength: 63, pattern: '^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$' })),
  },
  { additionalProperties: false },
)
export type EnrolRequest = Static<typeof EnrolRequest>

export const Enrolled = Type.Object({
  deviceId: DeviceId,
  certificatePem: Pem,
  pollMs: Counter,
})
export type Enrolled = Static<typeof Enrolled>
