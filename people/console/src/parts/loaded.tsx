// What a query shows: its answer, a quiet placeholder before it, or the problem instead of it.

import type { UseQueryResult } from '@tanstack/react-query'
import { ProblemNotice } from './problem-notice.tsx'

type LoadedProps<Answer> = {
  query: Pick<UseQueryResult<Answer>, 'data' | 'error' | 'refetch'>
  /** Height of the placeholder, as a class. */
  height?: string
  children: (answer: Answer) => React.ReactNode
}

export function Loaded<Answer>({ query, height = 'h-40', children }: LoadedProps<Answer>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ProblemNotice error={query.error} retry={() => void query.refetch()} />
  return (
    <div role="status" className={`motion-safe:animate-pulse rounded-xl bg-well ${height}`}>
      <span className="sr-only">Loading…</span>
    </div>
  )
}
