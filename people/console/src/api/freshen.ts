// Which pages look again when something changed.

import type { LiveEvent } from '@sealift/protocol'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { Browser, Cancel } from '../real-browser.ts'

/** However many events a large fleet sends, the pages look again at most this often. */
const QUIET_MS = 400

function keysOf({ kind, id }: LiveEvent): readonly QueryKey[] {
  switch (kind) {
    case 'device':
      return [['fleet'], ['devices'], ['device', id]]
    case 'rollout':
      return [['rollouts'], ['rollout', id], ['preview']]
    case 'release':
      return [['releases']]
    case 'product':
      return [['products'], ['fleet']]
    case 'journal':
      return [['journal']]
  }
}

/** Collects changes and refreshes what they touch, each thing once. */
export class Freshener {
  private readonly browser: Pick<Browser, 'later'>
  private readonly queries: Pick<QueryClient, 'invalidateQueries'>
  private readonly stale = new Map<string, QueryKey>()
  private waiting: Cancel | undefined

  constructor(browser: Pick<Browser, 'later'>, queries: Pick<QueryClient, 'invalidateQueries'>) {
    this.browser = browser
    this.queries = queries
  }

  add(event: LiveEvent): void {
    for (const key of keysOf(event)) this.stale.set(key.join('/'), key)
    this.waiting ??= this.browser.later(QUIET_MS, () => this.flush())
  }

  close(): void {
    this.waiting?.()
  }

  private flush(): void {
    this.waiting = undefined
    for (const queryKey of this.stale.values()) void this.queries.invalidateQueries({ queryKey })
    this.stale.clear()
  }
}
