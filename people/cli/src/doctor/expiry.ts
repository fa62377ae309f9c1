// What will end, and when somebody must act.

import type { Expiry } from '@sealift/maker'
import { away, moment } from '../output/quantities.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

// Of metadata a quarter of its life; of what lives for years the last three months.
const LEFT_FRACTION_LOW = 0.25
const LEFT_MS_AMPLE = 90 * 86_400_000

/** @param renew  how this is renewed */
export function judgeExpiry({ what, expiresAtMs, leftFraction }: Expiry, nowMs: number, renew: string): Finding {
  const leftMs = expiresAtMs - nowMs
  if (leftMs <= 0) return fail(what, `ended ${away(expiresAtMs, nowMs)}`, renew)
  const seen = `until ${moment(expiresAtMs)}, ${away(expiresAtMs, nowMs)}`
  return leftFraction < LEFT_FRACTION_LOW && leftMs < LEFT_MS_AMPLE ? warn(what, seen, renew) : ok(what, seen)
}

/** How each thing of the maker's folder is renewed. */
export function renewalOf(what: string): string {
  if (what.startsWith('product/'))
    return `sign a release of it: sealift release sign ${what.slice('product/'.length)} VERSION`
  if (what === 'image targets') return 'add or change a product: its delegation is signed anew'
  return 'renew it while the old one is trusted; see SECURITY.md'
}
