// A device as the server and the people see it, and why it was not updated.

import Type, { type Static } from 'typebox'
import { DEVICE_STEPS } from './life.ts'
import { AtMs, Counter, DeviceId, HardwareId, LengthBytes, ProductId, RolloutId, Sha256, Version } from './words.ts'

/** Why a device did not get, or did not take, an update. Codes travel: never renamed, never reused. */
export const WHY_NOT = {
  up_to_date: 'it runs the newest release meant for it',
  under_way: 'it is taking the release now',
  no_match: 'no rollout is meant for it',
  wave_not_reached: 'its wave has not begun',
  awaiting_owner: 'its owner has not answered yet',
  owner_refused: 'its owner does not want this version',
  owner_deferred: 'its owner has put it off',
  held_back: 'it failed on this release and is kept from it',
  floor_version: 'the release is below its security floor',
  signature_failed: 'it could not verify the release',
  offline: 'it has not been heard of',
  superseded: 'a newer release took the place of this one',
  unsupported: 'the release is not for its hardware',
  paused: 'the rollout is paused',
  stopped: 'the rollout was stopped by its stop rule',
  aborted: 'the rollout was aborted',
  past_support: 'support for its product has ended',
  retired: 'its identity was revoked',
} as const

export type WhyNot = keyof typeof WHY_NOT
export const WhyNot = Type.Enum(Object.keys(WHY_NOT) as WhyNot[])

export const Step = Type.Enum(['rest', ...DEVICE_STEPS] as const)
export type Step = Static<typeof Step>

export const DeviceStatus = Type.Enum(['enrolled', 'quarantined', 'retired'] as const)
export type DeviceStatus = Static<typeof DeviceStatus>

export const Progress = Type.Object({ doneBytes: LengthBytes, ofBytes: LengthBytes }, { additionalProperties: false })

/** Facts travel under signatures, and canonical JSON has whole numbers only. */
const WholeNumber = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })

export const FaultView = Type.Object({
  code: Type.String({ maxLength: 64 }),
  facts: Type.Record(
    Type.String({ maxLength: 64 }),
    Type.Union([Type.String({ maxLength: 512 }), WholeNumber, Type.Boolean()]),
    { maxProperties: 16 },
  ),
})
export type FaultView = Static<typeof FaultView>

export const DeviceView = Type.Object({
  id: DeviceId,
  product: ProductId,
  hardwareId: HardwareId,
  status: DeviceStatus,
  enrolledAtMs: AtMs,
  lastSeenMs: Type.Union([AtMs, Type.Null()]),
  running: Type.Union([Type.Object({ version: Version, sha256: Sha256, securityCounter: Counter }), Type.Null()]),
  wanted: Type.Union([Version, Type.Null()]),
  rolloutId: Type.Union([RolloutId, Type.Null()]),
  step: Step,
  progress: Type.Union([Progress, Type.Null()]),
  fault: Type.Union([FaultView, Type.Null()]),
  whyNot: Type.Union([WhyNot, Type.Null()]),
  bootCount: Counter,
})
export type DeviceView = Static<typeof DeviceView>

export const TimelineEntry = Type.Object({
  atMs: AtMs,
  event: Type.String(),
  step: Step,
  version: Type.Union([Version, Type.Null()]),
  fault: Type.Union([FaultView, Type.Null()]),
  text: Type.String(),
})
export type TimelineEntry = Static<typeof TimelineEntry>

/** `sealift device explain`: why it runs what it runs. */
export const Explanation = Type.Object({
  device: DeviceView,
  whyNot: WhyNot,
  means: Type.String(),
  next: Type.String(),
})
export type Explanation = Static<typeof Explanation>

export const FleetView = Type.Object({
  devices: Type.Integer(),
  silent: Type.Integer({ description: 'not heard of for three poll intervals' }),
  pastSupport: Type.Integer(),
  awaitingOwner: Type.Integer(),
  faulty: Type.Integer({ description: 'their last word was a fault' }),
  byVersion: Type.Array(Type.Object({ product: ProductId, version: Version, devices: Type.Integer() })),
  byStep: Type.Array(Type.Object({ step: Step, devices: Type.Integer() })),
})
export type FleetView = Static<typeof FleetView>
