// What every room of the server is handed: the store, the outside world, the online keys, and how to tell people.

import type { Chance, Clock, Disk } from '@sealift/world'
import type { FastifyBaseLogger } from 'fastify'
import type { OnlineKeys } from './identity/online-keys.ts'
import type { Live } from './live/live.ts'
import type { Metrics } from './metrics/metrics.ts'
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
  readonly metrics: Metrics
  readonly settings: Settings
  readonly log: FastifyBaseLogger
}
