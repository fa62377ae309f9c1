// Everything the pages look at, each under the key by which live events refresh it.

import {
  type DeviceDetail,
  type DevicePage,
  type DeviceQuery,
  type Explanation,
  type FleetView,
  type JournalPage,
  PEOPLE_ROUTES,
  type ProductList,
  pathOf,
  type ReleaseList,
  type RolloutList,
  type RolloutPlan,
  type RolloutPreview,
  type RolloutView,
  type Session,
} from '@sealift/protocol'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ask } from './ask.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => ask<Session>(PEOPLE_ROUTES.session, { signal }),
  staleTime: 60_000,
})

export const fleetQuery = queryOptions({
  queryKey: ['fleet'],
  queryFn: ({ signal }) => ask<FleetView>(PEOPLE_ROUTES.fleet, { signal }),
})

export const devicesQuery = (query: DeviceQuery) =>
  queryOptions({
    queryKey: ['devices', query],
    queryFn: ({ signal }) => ask<DevicePage>(PEOPLE_ROUTES.devices, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const deviceQuery = (device: string) =>
  queryOptions({
    queryKey: ['device', device],
    queryFn: ({ signal }) => ask<DeviceDetail>(pathOf(PEOPLE_ROUTES.device, { device }), { signal }),
  })

export const explanationQuery = (device: string) =>
  queryOptions({
    queryKey: ['device', device, 'explanation'],
    queryFn: ({ signal }) => ask<Explanation>(pathOf(PEOPLE_ROUTES.explanation, { device }), { signal }),
  })

export const rolloutsQuery = queryOptions({
  queryKey: ['rollouts'],
  queryFn: async ({ signal }) => (await ask<RolloutList>(PEOPLE_ROUTES.rollouts, { signal })).rollouts,
})

export const rolloutQuery = (rollout: string) =>
  queryOptions({
    queryKey: ['rollout', rollout],
    queryFn: ({ signal }) => ask<RolloutView>(pathOf(PEOPLE_ROUTES.rollout, { rollout }), { signal }),
  })

export const previewQuery = (plan: RolloutPlan) =>
  queryOptions({
    queryKey: ['preview', plan],
    queryFn: ({ signal }) => ask<RolloutPreview>(PEOPLE_ROUTES.preview, { method: 'POST', body: plan, signal }),
  })

export const releasesQuery = queryOptions({
  queryKey: ['releases'],
  queryFn: async ({ signal }) => (await ask<ReleaseList>(PEOPLE_ROUTES.releases, { signal })).releases,
})

export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: async ({ signal }) => (await ask<ProductList>(PEOPLE_ROUTES.products, { signal })).products,
})

export const journalQuery = infiniteQueryOptions({
  queryKey: ['journal'],
  queryFn: ({ pageParam, signal }) =>
    ask<JournalPage>(PEOPLE_ROUTES.journal, { query: { before: pageParam, limit: 50 }, signal }),
  initialPageParam: undefined as number | undefined,
  getNextPageParam: ({ nextSeq }) => nextSeq ?? undefined,
})
