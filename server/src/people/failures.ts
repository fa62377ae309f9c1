// Lock-out: whoever fails too often from one address has to wait. Successes cost nothing, so a factory line is never slowed.

import { isIPv6 } from 'node:net'
import { Fault } from '@sealift/protocol'
import type { Clock } from '@sealift/world'

/** So many failures at once; after that one more for each `REFILL_MS`. */
const FAILURES_MAX = 10
const REFILL_MS = 30_000

/** Addresses remembered; the one that failed longest ago is forgotten first. */
const ADDRESSES_MAX = 10_000

/** A token bucket for each address. */
export class Failures {
  private readonly clock: Clock
  private readonly buckets = new Map<string, { left: number; atMs: number }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** @throws {Fault} `access.rate` when this address has failed too often */
  requireFew(address: string): void {
    const { left } = this.now(keyOf(address))
    if (left >= 1) return
    throw new Fault('access.rate', { retryAfterS: Math.ceil(((1 - left) * REFILL_MS) / 1000) })
  }

  /** Counts `work` against the address when it is refused. */
  async counted<T>(address: string, work: () => Promise<T>): Promise<T> {
    this.requireFew(address)
    try {
      return await work()
    } catch (error) {
      // A full disk is nobody's guess.
      if (error instanceof Fault && !error.code.startsWith('keep.')) this.failed(address)
      throw error
    }
  }

  failed(address: string): void {
    const key = keyOf(address)
    const { left } = this.now(key)
    this.buckets.delete(key)
    this.buckets.set(key, { left: left - 1, atMs: this.clock.elapsedMs() })
    const [oldest] = this.buckets.keys()
    if (this.buckets.size > ADDRESSES_MAX && oldest !== undefined) this.buckets.delete(oldest)
  }

  private now(key: string): { left: number } {
    const bucket = this.buckets.get(key)
    if (!bucket) return { left: FAILURES_MAX }
    const refilled = bucket.left + (this.clock.elapsedMs() - bucket.atMs) / REFILL_MS
    return { left: Math.min(FAILURES_MAX, refilled) }
  }
}

// One subscriber has a whole /64 of IPv6 addresses to fail from.
function keyOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail ? tail.split(':').length : 0
  const filled = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - behind).fill('0')]
  return filled.slice(0, 4).join(':')
}
