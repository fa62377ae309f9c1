// The four things that want a look, each a filter of the device table below.

import type { DeviceQuery, FleetView } from '@sealift/protocol'
import { Link } from '@tanstack/react-router'
import { numberText } from '../words/amounts.ts'
import type { Tone } from '../words/standing.ts'
import { Shape } from './status.tsx'

export type Show = NonNullable<DeviceQuery['show']>

export const SHOW_WORDS: Readonly<Record<Show, string>> = {
  silent: 'Silent',
  faulty: 'Faulty',
  'awaiting-owner': 'Awaiting owner',
  'past-support': 'Past support',
}

type Counter = { readonly show: Show; readonly tone: Tone; readonly ink: string; readonly means: string }

const COUNTERS: readonly Counter[] = [
  { show: 'faulty', tone: 'bad', ink: 'text-bad', means: 'last word was a fault' },
  { show: 'silent', tone: 'bad', ink: 'text-bad', means: 'not heard of lately' },
  { show: 'awaiting-owner', tone: 'warn', ink: 'text-warn', means: 'asked, no answer yet' },
  { show: 'past-support', tone: 'warn', ink: 'text-warn', means: 'no security updates' },
]

export function FleetCounters({ fleet, shown }: { fleet: FleetView; shown: Show | undefined }) {
  const devices: Readonly<Record<Show, number>> = {
    silent: fleet.silent,
    faulty: fleet.faulty,
    'awaiting-owner': fleet.awaitingOwner,
    'past-support': fleet.pastSupport,
  }
  return (
    <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {COUNTERS.map((counter) => (
        <CounterTile key={counter.show} {...counter} devices={devices[counter.show]} isShown={counter.show === shown} />
      ))}
    </ul>
  )
}

function CounterTile({ show, tone, ink, means, devices, isShown }: Counter & { devices: number; isShown: boolean }) {
  const isCalm = devices === 0
  return (
    <li>
      <Link
        to="/"
        search={(before) => ({ ...before, show: isShown ? undefined : show })}
        resetScroll={false}
        aria-pressed={isShown}
        role="button"
        className={`block h-full rounded-xl bg-card px-4 py-3.5 shadow-card transition-colors hover:bg-well ${isShown ? 'ring-2 ring-accent' : 'ring-1 ring-line'}`}
      >
        <span className={`flex items-center gap-2 text-2xl font-semibold tabular-nums ${isCalm ? 'text-soft' : ink}`}>
          <Shape tone={isCalm ? 'calm' : tone} className="size-5" />
          {numberText(devices)}
        </span>
        <span className="mt-1 block font-medium">{SHOW_WORDS[show]}</span>
        <span className="block text-xs text-soft">{means}</span>
      </Link>
    </li>
  )
}
