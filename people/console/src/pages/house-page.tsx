// What everybody meets first: the frame with its pages for who is signed in, the sign-in page for who is not.

import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import { problemOf } from '../api/refusal.ts'
import { Frame } from '../parts/frame.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { SignInPage } from './sign-in-page.tsx'

export function HousePage() {
  const session = useQuery(sessionQuery)
  if (session.error && problemOf(session.error).status === 401) return <SignInPage />
  if (session.data) return <Frame session={session.data} />
  if (session.error) {
    return (
      <main className="mx-auto max-w-xl p-6">
        <ProblemNotice error={session.error} retry={() => void session.refetch()} />
      </main>
    )
  }
  return <p className="sr-only">Loading…</p>
}
