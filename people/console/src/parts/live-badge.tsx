// Follows the server's live events, refreshes the pages, and says whether what they show is live.

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Freshener } from '../api/freshen.ts'
import { type LiveState, stayLive } from '../api/live.ts'
import { sessionQuery } from '../api/queries.ts'
import { browser } from '../real-browser.ts'

const WORDS: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
}

const DOT: Readonly<Record<LiveState, string>> = {
  connecting: 'ring-2 ring-inset ring-edge',
  live: 'bg-good-fill',
  reconnecting: 'ring-2 ring-inset ring-warn-fill',
}

export function useLive(): LiveState {
  const queries = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')

  useEffect(() => {
    const freshener = new Freshener(browser, queries)
    const stop = stayLive(browser, {
      changed: (event) => freshener.add(event),
      rejoined: () => void queries.invalidateQueries(),
      became(next) {
        setState(next)
        // The stream is also refused when the session has ended; asking for the session tells.
        if (next === 'reconnecting') void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      },
    })
    return () => {
      stop()
      freshener.close()
    }
  }, [queries])

  return state
}

export function LiveBadge({ state }: { state: LiveState }) {
  return (
    <span role="status" className="inline-flex items-center gap-2 text-xs font-medium text-soft">
      <span aria-hidden="true" className={`size-2 rounded-full ${DOT[state]}`} />
      {WORDS[state]}
    </span>
  )
}
