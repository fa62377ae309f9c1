// What is counted in the store rather than as it happens; asked when somebody looks.

import type { House } from '../house.ts'

export async function measure({ store, metrics, downloads, live }: House): Promise<void> {
  metrics.downloads.set(downloads.underWay)
  metrics.watchers.set(live.watching)

  metrics.devices.reset()
  const devices = await store
    .selectFrom('device')
    .select((of) => ['product', 'status', of.fn.countAll<number>().as('count')])
    .groupBy(['product', 'status'])
    .execute()
  for (const { product, status, count } of devices) metrics.devices.set({ product, status }, count)

  metrics.rollouts.reset()
  const rollouts = await store
    .selectFrom('rollout')
    .select((of) => ['state', of.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  for (const { state, count } of rollouts) metrics.rollouts.set({ state }, count)

  metrics.metadataExpires.reset()
  const files = await store
    .selectFrom('image_metadata')
    .select((of) => ['role', of.fn.max('expires_at_ms').as('expires_at_ms')])
    .groupBy('role')
    .execute()
  for (const { role, expires_at_ms } of files) metrics.metadataExpires.set({ role }, expires_at_ms / 1000)
}
