// Which devices a wave reaches: a stable draw by hash, so that pausing, resuming and restarting keep the same devices.

import { hash } from 'node:crypto'
import type { WaveSize } from '@sealift/protocol'

const BUCKETS = 2 ** 48

/**
 * The device's lot in this rollout, in [0, 1): the first six bytes of SHA-256. It needs no row and never changes, and
 * another rollout draws anew, so that the same devices are not the first every time.
 */
export function bucketOf(rolloutId: string, deviceId: string): number {
  return hash('sha256', `${rolloutId}/${deviceId}`, 'buffer').readUIntBE(0, 6) / BUCKETS
}

export function isMember(threshold: number, rolloutId: string, deviceId: string): boolean {
  return threshold > 0 && (threshold >= 1 || bucketOf(rolloutId, deviceId) < threshold)
}

/**
 * Where to cut, so that a wave of this size is reached: its members are the devices whose bucket is below.
 *
 * @param bucketsAscending  of every device of the product, at the moment when the wave begins
 * @param thresholdBefore   of the wave before; a wave never gives up members, even when it is written down as smaller
 */
export function thresholdOf(size: WaveSize, bucketsAscending: ArrayLike<number>, thresholdBefore = 0): number {
  const threshold = 'percent' in size ? size.percent / 100 : cutBehind(size.devices, bucketsAscending)
  return Math.max(threshold, thresholdBefore)
}

// A wave that has room for more devices than there are takes whoever comes.
function cutBehind(devices: number, bucketsAscending: ArrayLike<number>): number {
  const last = bucketsAscending[devices - 1]
  return last === undefined ? 1 : last + 1 / BUCKETS
}
