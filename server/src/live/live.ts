// Who watches right now, and what changed since each of them last looked.

import type { LiveEvent } from '@sealift/protocol'

/** Changes kept for one watcher. Equal ones count once; a watcher that is further behind than this looks at everything anyway. */
const CHANGES_MAX = 1_000

export class Live {
  private readonly watchersMax: number
  private readonly watchers = new Set<Watcher>()

  constructor(watchersMax: number) {
    this.watchersMax = watchersMax
  }

  /** Tell everybody who watches. Call it after the change is committed. */
  tell(event: LiveEvent): void {
    for (const watcher of this.watchers) watcher.add(event)
  }

  /** Undefined when too many watch already. Close what you get. */
  watch(): Watcher | undefined {
    if (this.watchers.size >= this.watchersMax) return undefined
    const watcher = new Watcher(() => this.watchers.delete(watcher))
    this.watchers.add(watcher)
    return watcher
  }

  get watching(): number {
    return this.watchers.size
  }

  close(): void {
    for (const watcher of this.watchers) watcher.close()
  }
}

export class Watcher {
  private readonly leave: () => void
  private readonly changes = new Map<string, LiveEvent>()
  private wake: (() => void) | undefined
  private isClosed = false

  constructor(leave: () => void) {
    this.leave = leave
  }

  add(event: LiveEvent): void {
    if (this.changes.size < CHANGES_MAX) this.changes.set(`${event.kind}/${event.id}`, event)
    this.wake?.()
  }

  /** Resolves when there is something to `take`, or when the watcher is closed. */
  async next(): Promise<void> {
    if (this.changes.size > 0 || this.isClosed) return
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
    this.wake = undefined
  }

  take(): readonly LiveEvent[] {
    const events = [...this.changes.values()]
    this.changes.clear()
    return events
  }

  get closed(): boolean {
    return this.isClosed
  }

  close(): void {
    this.isClosed = true
    this.leave()
    this.wake?.()
  }
}
