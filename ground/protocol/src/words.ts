// The small words that every message is made of: ids, versions, digests, times; each with its limits.

import Type, { type Static } from 'typebox'

/** A name that is safe in a path, a URL and a certificate. */
const NAME = '^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$'

export const ProductId = Type.String({
  pattern: NAME,
  maxLength: 63,
  description: 'product line, for example `thermostat`',
})
export const HardwareId = Type.String({
  pattern: NAME,
  maxLength: 63,
  description: 'board model, for example `thermo-1`',
})
export const DeviceId = Type.String({ pattern: NAME, maxLength: 63 })
export const RolloutId = Type.String({ pattern: NAME, maxLength: 63 })

/** SemVer 2.0.0 without build metadata; each number below 10^6 so that versions sort in any database. */
export const Version = Type.String({
  pattern: '^(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})(-[0-9A-Za-z][0-9A-Za-z.-]{0,31})?$',
  maxLength: 64,
})

/** Lower-case hexadecimal SHA-256, 64 characters. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Milliseconds since 1970-01-01 UTC. */
export const AtMs = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const Counter = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const LengthBytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Text for people. Control characters other than line feed are refused, so that no log or terminal can be fooled. */
export const Prose = (lengthMax: number) =>
  Type.String({ maxLength: lengthMax, pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*$' })

/** RFC 3339 in UTC with capital T and Z, as OpenEoX Core 1.0 asks. */
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
  maxLength: 24,
})

export type ProductId = Static<typeof ProductId>
export type HardwareId = Static<typeof HardwareId>
export type DeviceId = Static<typeof DeviceId>
export type RolloutId = Static<typeof RolloutId>
export type Version = Static<typeof Version>
export type Sha256 = Static<typeof Sha256>
