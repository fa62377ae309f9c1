// A product line: which hardware it runs on, and until when it is looked after.

import Type, { type Static } from 'typebox'
import { AtMs, HardwareId, Instant, ProductId, Prose } from './words.ts'

/** A date of OpenEoX Core 1.0: an instant, or not yet announced. */
const Milestone = Type.Union([Instant, Type.Literal('tba')])

/** Names and order of OpenEoX Core 1.0 (OASIS CSD01, 2026-02-18). */
export const Support = Type.Object(
  {
    general_availability: Milestone,
    end_of_sales: Milestone,
    end_of_security_support: Milestone,
    end_of_life: Milestone,
    last_updated: Instant,
  },
  { additionalProperties: false },
)
export type Support = Static<typeof Support>

export const Product = Type.Object(
  {
    id: ProductId,
    name: Prose(120),
    hardwareIds: Type.Array(HardwareId, { minItems: 1, maxItems: 64, uniqueItems: true }),
    support: Support,
  },
  { additionalProperties: false },
)
export type Product = Static<typeof Product>

export const ProductView = Type.Object({
  ...Product.properties,
  createdAtMs: AtMs,
  devices: Type.Integer(),
  pastSupport: Type.Boolean({ description: 'security support has ended' }),
})
export type ProductView = Static<typeof ProductView>

const MILESTONES = [
  'general_availability',
  'end_of_sales',
  'end_of_security_support',
  'end_of_life',
  'last_updated',
] as const satisfies readonly (keyof Support)[]

/** True once security support has ended. A date that is `tba` has not come. */
export function isPastSupport(support: Support, nowMs: number): boolean {
  return hasCome(support.end_of_security_support, nowMs) || hasCome(support.end_of_life, nowMs)
}

/**
 * The milestones that are no date or out of order, by name; empty when the support period makes sense.
 * @see OpenEoX Core 1.0: security support must not end after end of life; availability not after either.
 */
export function disorderOf(support: Support): readonly (keyof Support)[] {
  const availableMs = toMs(support.general_availability)
  const securityMs = toMs(support.end_of_security_support)
  const lifeMs = toMs(support.end_of_life)
  // A date that the calendar does not have would never come.
  const disorder: (keyof Support)[] = MILESTONES.filter((name) => Number.isNaN(toMs(support[name])))
  if (securityMs > lifeMs && lifeMs !== Infinity) disorder.push('end_of_security_support')
  if (availableMs !== Infinity && availableMs > Math.min(securityMs, lifeMs)) disorder.push('general_availability')
  return disorder
}

function hasCome(milestone: string, nowMs: number): boolean {
  return toMs(milestone) <= nowMs
}

function toMs(milestone: string): number {
  return milestone === 'tba' ? Infinity : Date.parse(milestone)
}
