// A rollout: one release, offered to a product's devices wave by wave, under rules that stop it.

import Type, { type Static } from 'typebox'
import { AtMs, ProductId, Prose, RolloutId, Version } from './words.ts'

/** How far a wave reaches, counted over the whole fleet of the product, not on top of the wave before. */
export const WaveSize = Type.Union([
  Type.Object({ devices: Type.Integer({ minimum: 1, maximum: 100_000_000 }) }, { additionalProperties: false }),
  Type.Object({ percent: Type.Number({ exclusiveMinimum: 0, maximum: 100 }) }, { additionalProperties: false }),
])
export type WaveSize = Static<typeof WaveSize>

export const Wave = Type.Object(
  {
    name: Prose(60),
    size: WaveSize,
    /** The next wave begins when this one has been watched for so long and its devices have settled. */
    holdMs: Type.Integer({ minimum: 0, maximum: 90 * 86_400_000 }),
  },
  { additionalProperties: false },
)
export type Wave = Static<typeof Wave>

export const StopRule = Type.Object(
  {
    failedPercent: Type.Number({ minimum: 0, maximum: 100 }),
    rolledBackPercent: Type.Number({ minimum: 0, maximum: 100 }),
    silentPercent: Type.Number({ minimum: 0, maximum: 100 }),
    /** Percentages are judged once so many devices have come to an end, well or ill, or when a smaller wave has settled. */
    devicesMin: Type.Integer({ minimum: 1, maximum: 100_000 }),
    /** A device that went to boot and said nothing for so long counts as silent. */
    silentAfterMs: Type.Integer({ minimum: 1000, maximum: 30 * 86_400_000 }),
    /** Stop at the first device that refuses a signature. */
    signatureFailure: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type StopRule = Static<typeof StopRule>

export const RolloutState = Type.Enum(['planned', 'running', 'paused', 'stopped', 'aborted', 'finished'] as const)
export type RolloutState = Static<typeof RolloutState>

/** Where one device stands in one rollout. */
export const DeviceOutcome = Type.Enum([
  'offered',
  'awaiting-owner',
  'refused-by-owner',
  'installing',
  'booting',
  'confirmed',
  'fell-back',
  'failed',
  'silent',
] as const)
export type DeviceOutcome = Static<typeof DeviceOutcome>

export const RolloutPlan = Type.Object(
  {
    product: ProductId,
    version: Version,
    waves: Type.Optional(Type.Array(Wave, { minItems: 1, maxItems: 32 })),
    stopRule: Type.Optional(Type.Partial(StopRule, { additionalProperties: false })),
  },
  { additionalProperties: false },
)
export type RolloutPlan = Static<typeof RolloutPlan>

export const RolloutCounts = Type.Object({
  devices: Type.Integer({ description: 'devices of the product' }),
  inWave: Type.Integer({ description: 'devices that the waves so far reach' }),
  offered: Type.Integer({ description: 'devices that were ever offered the release' }),
  waiting: Type.Integer({ description: 'owner asked, or owner said no' }),
  underWay: Type.Integer(),
  confirmed: Type.Integer(),
  fellBack: Type.Integer(),
  failed: Type.Integer(),
  silent: Type.Integer(),
})
export type RolloutCounts = Static<typeof RolloutCounts>

export const StopReason = Type.Object({
  rule: Type.Enum(['failed', 'rolled-back', 'silent', 'signature'] as const),
  seen: Type.Number({ description: 'percent; for `signature` a count' }),
  limit: Type.Number(),
  atMs: AtMs,
})
export type StopReason = Static<typeof StopReason>

export const RolloutView = Type.Object({
  id: RolloutId,
  product: ProductId,
  version: Version,
  state: RolloutState,
  waves: Type.Array(Wave),
  wave: Type.Integer({ description: 'index of the wave under way; equal to the number of waves when all are done' }),
  waveStartedAtMs: Type.Union([AtMs, Type.Null()]),
  stopRule: StopRule,
  stopReason: Type.Union([StopReason, Type.Null()]),
  counts: RolloutCounts,
  createdAtMs: AtMs,
})
export type RolloutView = Static<typeof RolloutView>

/** What an operator sees before the start. */
export const RolloutPreview = Type.Object({
  product: ProductId,
  version: Version,
  waves: Type.Array(Type.Object({ name: Type.String(), devices: Type.Integer(), holdMs: Type.Integer() })),
  stopRule: StopRule,
  devices: Type.Integer(),
  worstCase: Type.Integer({ description: 'devices that a bad release can reach before the rules can stop it' }),
  needsOwner: Type.Boolean(),
  firstWave: Type.Array(Type.String(), { maxItems: 100, description: 'ids of the first wave, at most 100' }),
})
export type RolloutPreview = Static<typeof RolloutPreview>
