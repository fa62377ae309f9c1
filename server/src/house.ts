// What every room of the server is handed: the store, the outside world, the online keys, and how to tell people.

import type { Chance, Clock, Disk } from '@sealift/world'
import type { FastifyBaseLogger } from 'fastify'
import { Downloads } from './artifacts/downloads.ts'
import { Seen } from './director/seen.ts'
import type { OnlineKeys } from './identity/online-keys.ts'
import { Live } from './live/live.ts'
import { type Metrics, makeMetrics } from './metrics/metrics.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store/store.ts'

export type House = {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  /** When this process began to listen: whoever spoke before was not heard, and is not silent for it. */
  readonly startedAtMs: number
  /** The server's folder: blobs live here. */
  readonly disk: Disk
  readonly keys: OnlineKeys
  readonly live: Live
  readonly seen: Seen
  readonly downloads: Downloads
  readonly metrics: Metrics
  readonly settings: Settings
  readonly log: FastifyBaseLogger
}

/** What a house is made of; the rest it makes itself. */
export type HouseParts = Pick<House, 'store' | 'clock' | 'chance' | 'disk' | 'keys' | 'settings' | 'log'>

export function makeHouse(parts: HouseParts): House {
  const { clock, settings } = parts
  return {
    ...parts,
    startedAtMs: clock.nowMs(),
    live: new Live(settings.watchersMax),
    seen: new Seen(),
    downloads: new Downloads(settings.downloadsMax),
    metrics: makeMetrics(),
  }
}
