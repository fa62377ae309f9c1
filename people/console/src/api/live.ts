// Stay connected to the server's live events, and say whether we are.

import { type LiveEvent, PEOPLE_ROUTES } from '@sealift/protocol'
import type { Browser, Cancel } from '../real-browser.ts'

export type LiveState = 'connecting' | 'live' | 'reconnecting'

export type LiveListener = {
  changed(event: LiveEvent): void
  /** Connected after a gap, in which anything may have changed. */
  rejoined(): void
  became(state: LiveState): void
}

const DELAY_MS_MIN = 1_000
const DELAY_MS_MAX = 30_000

/**
 * How long to wait before the n-th attempt (0 is the first after a loss): doubling, with jitter, so that a server that
 * comes back is not met by everybody at once.
 */
export function reconnectDelayMs(attempt: number, fraction: number): number {
  const ceilingMs = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** attempt)
  return Math.round(ceilingMs * (0.5 + fraction / 2))
}

export function stayLive(browser: Pick<Browser, 'follow' | 'later' | 'fraction'>, listener: LiveListener): Cancel {
  let attempt = 0
  let wasLive = false
  let stop: Cancel = connect()

  function connect(): Cancel {
    const leave = browser.follow(PEOPLE_ROUTES.live, {
      opened() {
        attempt = 0
        listener.became('live')
        if (wasLive) listener.rejoined()
        wasLive = true
      },
      said: (text) => listener.changed(JSON.parse(text) as LiveEvent),
      failed() {
        leave()
        listener.became('reconnecting')
        stop = browser.later(reconnectDelayMs(attempt++, browser.fraction()), () => {
          stop = connect()
        })
      },
    })
    return leave
  }

  return () => stop()
}
