// Draw the lots of a whole product: how many devices each wave reaches, and which ones.

import { compareVersions, type WaveSize } from '@sealift/protocol'
import type { Trx } from '../store/store.ts'
import { bucketOf, isMember, thresholdOf } from './membership.ts'

/** Who takes part in the draw, and what the release must be newer than to be news to a device. */
export type Drawn = {
  readonly rolloutId: string
  readonly product: string
  readonly version: string
  readonly releaseCounter: number
  readonly hardwareIds: readonly string[]
}

/** Buckets in ascending order: of all devices of the product, and of those that the release is news to. */
export type Lots = { readonly all: Float64Array; readonly due: Float64Array }

const DEVICES_AT_A_TIME = 5000

/** One pass over the product's devices, some 3 µs for each. It is made when a wave begins, and for a preview. */
export async function drawLots(trx: Trx, drawn: Drawn): Promise<Lots> {
  const all: number[] = []
  const due: number[] = []
  for await (const devices of devicesOf(trx, drawn)) {
    for (const device of devices) {
      const bucket = bucketOf(drawn.rolloutId, device.id)
      all.push(bucket)
      if (isNews(device, drawn)) due.push(bucket)
    }
  }
  return { all: Float64Array.from(all).sort(), due: Float64Array.from(due).sort() }
}

/** Thresholds of all waves, in order. */
export function thresholdsOf(sizes: readonly WaveSize[], lots: Lots): readonly number[] {
  let threshold = 0
  return sizes.map((size) => {
    threshold = thresholdOf(size, lots.all, threshold)
    return threshold
  })
}

/** How many of the buckets lie below the threshold. */
export function countBelow(threshold: number, ascending: Float64Array): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 1) < threshold) low = middle + 1
    else high = middle
  }
  return low
}

/** Ids of members that the release is news to, the first `countMax` in order of their names. */
export async function firstMembers(
  trx: Trx,
  drawn: Drawn,
  threshold: number,
  countMax: number,
): Promise<readonly string[]> {
  const ids: string[] = []
  if (threshold === 0) return ids
  for await (const devices of devicesOf(trx, drawn)) {
    const members = devices.filter((device) => isMember(threshold, drawn.rolloutId, device.id) && isNews(device, drawn))
    ids.push(...members.map(({ id }) => id))
    if (ids.length >= countMax) break
  }
  return ids.slice(0, countMax)
}

type DrawnDevice = {
  readonly id: string
  readonly hardware_id: string
  readonly running_version: string | null
  readonly release_counter: number | null
}

async function* devicesOf(trx: Trx, { product }: Drawn): AsyncGenerator<readonly DrawnDevice[]> {
  let after = ''
  for (;;) {
    const devices = await trx
      .selectFrom('device')
      .innerJoin('device_state', 'device_state.device_id', 'device.id')
      .leftJoin('release', (join) =>
        join
          .onRef('release.product', '=', 'device.product')
          .onRef('release.version', '=', 'device_state.running_version'),
      )
      .where('device.product', '=', product)
      .where('device.id', '>', after)
      .where('device.status', '=', 'enrolled')
      .select(['device.id', 'device.hardware_id', 'device_state.running_version', 'release.release_counter'])
      .orderBy('device.id')
      .limit(DEVICES_AT_A_TIME)
      .execute()
    yield devices
    if (devices.length < DEVICES_AT_A_TIME) return
    after = devices.at(-1)?.id ?? ''
  }
}

// A device that never said what it runs may need it.
function isNews(device: DrawnDevice, drawn: Drawn): boolean {
  if (!drawn.hardwareIds.includes(device.hardware_id)) return false
  if (device.release_counter !== null) return device.release_counter < drawn.releaseCounter
  return device.running_version === null || compareVersions(device.running_version, drawn.version) < 0
}
