// What a device says of itself, signed with its own key.

import Type, { type Static } from 'typebox'
import { FaultView, Progress, Step, WhyNot } from './device.ts'
import { AtMs, Counter, DeviceId, Sha256, Version } from './words.ts'

/**
 * idle            nothing to do
 * progress        a step began or went on
 * awaiting-owner  verified, and the owner is asked
 * owner-refused   the owner said no;  owner-deferred  the owner said later
 * refused         a release or an answer was refused, see `fault`
 * installed       the other slot is written and read back
 * booted          the new image runs on trial
 * confirmed       the new image is kept, and the floor raised
 * fell-back       the new image was given up; the old one runs
 */
export const ReportEvent = Type.Enum([
  'idle',
  'progress',
  'awaiting-owner',
  'owner-refused',
  'owner-deferred',
  'refused',
  'installed',
  'booted',
  'confirmed',
  'fell-back',
] as const)
export type ReportEvent = Static<typeof ReportEvent>

export const Running = Type.Object(
  { version: Version, sha256: Sha256, securityCounter: Counter },
  { additionalProperties: false },
)
export type Running = Static<typeof Running>

export const Report = Type.Object(
  {
    deviceId: DeviceId,
    /** Grows by one with each report, over restarts and power cuts; the server accepts each number once. */
    seq: Counter,
    atMs: AtMs,
    bootCount: Counter,
    running: Running,
    step: Step,
    event: ReportEvent,
    release: Type.Optional(Type.Object({ version: Version, sha256: Sha256 }, { additionalProperties: false })),
    progress: Type.Optional(Progress),
    fault: Type.Optional(FaultView),
    whyNot: Type.Optional(WhyNot),
  },
  { additionalProperties: false },
)
export type Report = Static<typeof Report>

/** One report under the device's signature: ECDSA P-256 over the canonical JSON of `signed`, DER, base64. */
export const SignedReport = Type.Object(
  { signed: Report, signature: Type.String({ maxLength: 256, pattern: '^[A-Za-z0-9+/]+={0,2}$' }) },
  { additionalProperties: false },
)
export type SignedReport = Static<typeof SignedReport>

export const Reports = Type.Object(
  { reports: Type.Array(SignedReport, { minItems: 1, maxItems: 64 }) },
  { additionalProperties: false },
)
export type Reports = Static<typeof Reports>

/** Everything up to and including `acceptedSeq` is stored durably and need not be sent again. */
export const ReportsAccepted = Type.Object({ acceptedSeq: Counter })
export type ReportsAccepted = Static<typeof ReportsAccepted>
