// What the server does by itself, again and again, on its clock.

import type { Clock } from '@sealift/world'
import type { House } from './house.ts'
import { forgetEnded } from './people/sign-in.ts'
import { renew } from './repository/seal.ts'
import { tick } from './rollouts/tick.ts'

const SECOND_MS = 1_000

/** What runs until it is stopped; `stop` returns when nothing of it is under way any more. */
export type Ticks = { stop(): Promise<void> }

/** @param house  must stay open until the ticks are stopped */
export function startTicks(house: House): Ticks {
  const { clock, store, seen } = house
  const stopping = new AbortController()
  const loops = [
    every(clock, SECOND_MS, stopping.signal, () => tick(house), house),
    every(clock, SECOND_MS, stopping.signal, () => seen.flush(store), house),
    every(clock, 60 * SECOND_MS, stopping.signal, () => renewMetadata(house), house),
    every(clock, 3600 * SECOND_MS, stopping.signal, () => forgetEnded(house), house),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      await seen.flush(store)
    },
  }
}

/** Snapshot and timestamp of the image repository, well before they end. */
export async function renewMetadata({ store, keys, clock }: House): Promise<void> {
  await store.transaction().execute((trx) => renew(trx, keys, clock.nowMs()))
}

// A failure, for example a full disk, must not end the loop: it may be over the next time.
async function every(
  clock: Clock,
  periodMs: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
  { log }: Pick<House, 'log'>,
): Promise<void> {
  for (;;) {
    await clock.sleep(periodMs, signal)
    if (signal.aborted) return
    await work().catch((error: unknown) => log.error({ err: error }, 'could not do what comes by itself'))
  }
}
