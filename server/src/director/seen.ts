// When each device was last heard of: kept in memory, and written down many at a time.

import type { Store } from '../store/store.ts'

/** Losing the last seconds of it in a crash costs nothing: the next check-in says it again. */
export class Seen {
  private readonly lastMs = new Map<string, number>()

  mark(deviceId: string, atMs: number): void {
    this.lastMs.set(deviceId, atMs)
  }

  /** Undefined when it was not heard of since the last `flush`; then the store knows. */
  sinceFlush(deviceId: string): number | undefined {
    return this.lastMs.get(deviceId)
  }

  /** One transaction for all. What comes in meanwhile waits for the next. */
  async flush(store: Store): Promise<void> {
    if (this.lastMs.size === 0) return
    const seen = [...this.lastMs]
    this.lastMs.clear()
    try {
      await writeDown(store, seen)
    } catch (error) {
      for (const [deviceId, atMs] of seen) if (!this.lastMs.has(deviceId)) this.lastMs.set(deviceId, atMs)
      throw error
    }
  }
}

async function writeDown(
  store: Store,
  seen: readonly (readonly [deviceId: string, lastSeenMs: number])[],
): Promise<void> {
  await store.transaction().execute(async (trx) => {
    for (const [deviceId, lastSeenMs] of seen) {
      await trx
        .updateTable('device_state')
        .set({ last_seen_ms: lastSeenMs })
        .where('device_id', '=', deviceId)
        .execute()
    }
  })
}
