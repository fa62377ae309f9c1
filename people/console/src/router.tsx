// Which address shows which page. Addresses stand behind a `#`, so that any file server can serve the console.

import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { SIGN_IN_PATH } from './api/sign-in-link.ts'
import { FleetPage, type FleetSearch } from './pages/fleet-page.tsx'
import { HousePage } from './pages/house-page.tsx'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { SHOW_WORDS, type Show } from './parts/fleet-counters.tsx'
import { ProblemNotice } from './parts/problem-notice.tsx'

const root = createRootRoute({ component: HousePage, notFoundComponent: NotFoundPage })

const pages = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: FleetPage,
    validateSearch: (asked: Record<string, unknown>): FleetSearch => ({
      search: typeof asked['search'] === 'string' ? asked['search'] : undefined,
      show: isShow(asked['show']) ? asked['show'] : undefined,
    }),
  }),
  // Only the secret needs this address, and it is taken before the router sees it; the house asks who is not signed in.
  createRoute({
    getParentRoute: () => root,
    path: SIGN_IN_PATH,
    component: () => <Navigate to="/" replace />,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts',
    component: lazyRouteComponent(() => import('./pages/rollouts-page.tsx'), 'RolloutsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts/$rollout',
    component: lazyRouteComponent(() => import('./pages/rollout-page.tsx'), 'RolloutPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/devices/$device',
    component: lazyRouteComponent(() => import('./pages/device-page.tsx'), 'DevicePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/releases',
    component: lazyRouteComponent(() => import('./pages/releases-page.tsx'), 'ReleasesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/products',
    component: lazyRouteComponent(() => import('./pages/products-page.tsx'), 'ProductsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journal',
    component: lazyRouteComponent(() => import('./pages/journal-page.tsx'), 'JournalPage'),
  }),
] as const

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren(pages),
    history: createHashHistory(),
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: ({ error }) => <ProblemNotice error={error} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

function isShow(word: unknown): word is Show {
  return typeof word === 'string' && Object.hasOwn(SHOW_WORDS, word)
}
