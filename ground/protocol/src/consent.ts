// The owner's word about one release, kept on the device.

import Type, { type Static } from 'typebox'
import { AtMs, Version } from './words.ts'

export const Consent = Type.Object(
  {
    format: Type.Literal('sealift-consent-1'),
    version: Version,
    decision: Type.Enum(['approve', 'defer', 'refuse'] as const),
    atMs: AtMs,
    /** With `defer`: ask again, or go on by itself for a security update, from then on. */
    untilMs: Type.Optional(AtMs),
  },
  { additionalProperties: false },
)
export type Consent = Static<typeof Consent>

/** Longest time an owner may put off an update, by class of release; `Infinity` where there is no limit. */
export const DEFER_MS_MAX = {
  critical: 72 * 3_600_000,
  security: 14 * 86_400_000,
  feature: Infinity,
  behaviour: Infinity,
} as const
