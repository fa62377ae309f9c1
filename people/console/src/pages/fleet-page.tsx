// The whole fleet at a glance: what wants a look, which versions run, what happens now, and every device.

import type { FleetView } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { fleetQuery, rolloutsQuery } from '../api/queries.ts'
import { Card } from '../parts/card.tsx'
import { DeviceList } from '../parts/device-list.tsx'
import { Empty } from '../parts/empty.tsx'
import { FleetCounters, SHOW_WORDS, type Show } from '../parts/fleet-counters.tsx'
import { Icon } from '../parts/icon.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { RolloutRow } from '../parts/rollout-row.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { StepStrip } from '../parts/step-strip.tsx'
import { VersionBars } from '../parts/version-bars.tsx'
import { countText } from '../words/amounts.ts'
import { openRollouts } from '../words/open-rollouts.ts'

const route = getRouteApi('/')

export type FleetSearch = { search?: string | undefined; show?: Show | undefined }

export function FleetPage() {
  const fleet = useQuery(fleetQuery)
  return (
    <>
      <PageHead title="Fleet" lead={fleet.data && leadOf(fleet.data)} />
      <Loaded query={fleet} height="h-96">
        {(view) => (view.devices === 0 ? <NoDevices /> : <Overview fleet={view} />)}
      </Loaded>
    </>
  )
}

function leadOf({ devices, byVersion }: FleetView): string {
  const products = new Set(byVersion.map(({ product }) => product)).size
  return `${countText(devices, 'device')} of ${countText(products, 'product')}`
}

function NoDevices() {
  return (
    <Card>
      <Empty
        icon="fleet"
        title="No devices yet"
        next="Run `npx sealift enrol --product ID` to make a claim, and hand it to a device. It appears here as soon as it has redeemed it."
      />
    </Card>
  )
}

function Overview({ fleet }: { fleet: FleetView }) {
  const { show } = route.useSearch()
  return (
    <div className="space-y-5">
      <FleetCounters fleet={fleet} shown={show} />
      <RolloutsNow />
      <Card title="Happening now">
        <StepStrip byStep={fleet.byStep} />
      </Card>
      <Card title="Versions">
        <VersionBars byVersion={fleet.byVersion} />
      </Card>
      <Devices />
    </div>
  )
}

function RolloutsNow() {
  const { data: rollouts = [] } = useQuery(rolloutsQuery)
  const open = openRollouts(rollouts)
  if (open.length === 0) return null
  return (
    <Card title="Rollouts under way" flush>
      <ul>
        {open.map((rollout) => (
          <RolloutRow key={rollout.id} rollout={rollout} />
        ))}
      </ul>
    </Card>
  )
}

function Devices() {
  const { search, show } = route.useSearch()
  const navigate = route.useNavigate()
  const setSearch = useCallback(
    (text: string) =>
      void navigate({
        search: (before) => ({ ...before, search: text || undefined }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const query = { ...(search ? { search } : {}), ...(show ? { show } : {}) }

  return (
    <Card
      flush
      title="Devices"
      aside={
        <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto">
          {show && (
            <Link
              to="/"
              search={(before) => ({ ...before, show: undefined })}
              resetScroll={false}
              className="inline-flex min-h-8 items-center gap-1.5 rounded-full bg-accent-wash px-3 text-xs font-medium text-accent"
            >
              {SHOW_WORDS[show]} only
              <Icon name="close" className="size-3" />
              <span className="sr-only">: show all again</span>
            </Link>
          )}
          <SearchBox label="Search devices" value={search ?? ''} search={setSearch} />
        </div>
      }
    >
      <div className="mt-2">
        <DeviceList
          key={`${search}/${show}`}
          query={query}
          caption="Devices"
          whenEmpty={
            <Empty
              icon="search"
              title="No device matches"
              next="Search for a part of its id, product, hardware or version."
            />
          }
        />
      </div>
    </Card>
  )
}
