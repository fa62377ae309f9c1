// The frame around each page: where one can go, whether the page is live, and the way out.

import type { Session } from '@sealift/protocol'
import { Link, Outlet } from '@tanstack/react-router'
import { useRef } from 'react'
import { useSignOut } from '../api/actions.ts'
import { Icon, type IconName } from './icon.tsx'
import { LiveBadge, useLive } from './live-badge.tsx'
import { Logo } from './logo.tsx'

type Place = {
  readonly to: '/' | '/rollouts' | '/releases' | '/products' | '/journal'
  readonly label: string
  readonly icon: IconName
}

const PLACES: readonly Place[] = [
  { to: '/', label: 'Fleet', icon: 'fleet' },
  { to: '/rollouts', label: 'Rollouts', icon: 'rollouts' },
  { to: '/releases', label: 'Releases', icon: 'releases' },
  { to: '/products', label: 'Products', icon: 'products' },
  { to: '/journal', label: 'Journal', icon: 'journal' },
]

export function Frame({ session }: { session: Session }) {
  const main = useRef<HTMLElement>(null)
  const live = useLive()
  const signOut = useSignOut()

  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="sr-only rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50"
      >
        Skip to the content
      </button>

      <header className="border-b border-line bg-card lg:border-r lg:border-b-0">
        <div className="flex items-center justify-between px-4 py-3 lg:sticky lg:top-0 lg:h-dvh lg:flex-col lg:items-stretch lg:justify-start lg:py-5">
          <div className="lg:mb-6 lg:px-2">
            <Logo />
          </div>
          <nav
            aria-label="Places"
            className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] lg:static lg:border-0 lg:bg-transparent lg:pb-0"
          >
            <ul className="flex lg:flex-col lg:gap-0.5">
              {PLACES.map((place) => (
                <PlaceLink key={place.to} {...place} />
              ))}
            </ul>
          </nav>
          <div className="flex items-center gap-4 lg:mt-auto lg:justify-between lg:border-t lg:border-line lg:px-2 lg:pt-4">
            <LiveBadge state={live} />
            <button
              type="button"
              onClick={() => signOut.mutate()}
              title={`Signed in as ${session.name}`}
              className="inline-flex min-h-8 items-center gap-1.5 rounded-lg px-2 text-xs font-medium text-soft hover:bg-well hover:text-ink"
            >
              <Icon name="leave" className="size-3.5" />
              Sign out
            </button>
          </div>
        </div>
      </header>

      <main
        ref={main}
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl px-4 pt-6 pb-28 sm:px-6 lg:px-10 lg:pt-10 lg:pb-16"
      >
        <Outlet />
      </main>
    </div>
  )
}

function PlaceLink({ to, label, icon }: Place) {
  return (
    <li className="flex-1">
      <Link
        to={to}
        activeOptions={{ exact: to === '/', includeSearch: false }}
        className="group flex min-h-14 flex-col items-center justify-center gap-1 text-[0.6875rem] font-medium text-soft hover:text-ink aria-[current=page]:text-accent lg:min-h-9 lg:flex-row lg:justify-start lg:gap-2.5 lg:rounded-lg lg:px-2.5 lg:text-sm lg:hover:bg-well lg:aria-[current=page]:bg-accent-wash"
      >
        <Icon name={icon} className="size-5 lg:size-4" />
        {label}
      </Link>
    </li>
  )
}
