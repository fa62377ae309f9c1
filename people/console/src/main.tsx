// Start the console: take the secret out of the address bar, then show the pages.

import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { signIn } from './api/actions.ts'
import { sessionQuery } from './api/queries.ts'
import { problemOf } from './api/refusal.ts'
import { takeLinks } from './api/sign-in-link.ts'
import { Announcer } from './parts/announcer.tsx'
import { Clock } from './parts/now.tsx'
import { makeRouter } from './router.tsx'
import './style.css'

const TRIES_MAX = 2

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that has ended shows on whatever is asked next; asking for the session itself brings the sign-in page.
    onError: (error, { queryKey }) => {
      if (problemOf(error).status !== 401 || queryKey[0] === sessionQuery.queryKey[0]) return
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  }),
  defaultOptions: {
    queries: {
      // Live events say when to look again; a refusal does not change by asking once more.
      staleTime: 10_000,
      retry: (failures, error) => failures < TRIES_MAX && problemOf(error).status === 0,
    },
  },
})

takeLinks(window, (link) => {
  // A refused attempt is shown by the sign-in page.
  signIn(queries, link).catch(() => undefined)
})

const router = makeRouter()
const root = document.getElementById('console')
if (!root) throw new Error('index.html has no element for the console')

createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <Clock>
          <Announcer>
            <RouterProvider router={router} />
          </Announcer>
        </Clock>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
