// Why a device runs what it runs: the reason, what it means, and what a person can do about it. Pure.

import {
  type DeviceOutcome,
  type DeviceView,
  type Explanation,
  FAULTS,
  isFaultCode,
  WHY_NOT,
  type WhyNot,
} from '@sealift/protocol'

/** What the rollouts answer it now. */
export type Answered = {
  /** Undefined when it is offered a release. */
  readonly whyNot: WhyNot | undefined
  /** The release that the answer is about. */
  readonly version: string | undefined
  readonly rolloutId: string | undefined
  /** How far it is with what it is offered. */
  readonly outcome: DeviceOutcome | undefined
}

export function explain(device: DeviceView, answered: Answered): Explanation {
  const whyNot = answered.whyNot ?? whyOffered(device, answered.outcome)
  return { device, whyNot, means: meaningOf(device, answered, whyNot), next: nextOf(device, answered, whyNot) }
}

// Offered, and yet not updated: then it is up to the device or its owner.
function whyOffered(device: DeviceView, outcome: DeviceOutcome | undefined): WhyNot {
  if (device.whyNot === 'offline') return 'offline'
  if (outcome === 'refused-by-owner') return 'owner_refused'
  if (outcome === 'awaiting-owner') return device.whyNot === 'owner_deferred' ? 'owner_deferred' : 'awaiting_owner'
  return device.whyNot === 'held_back' ? 'held_back' : 'under_way'
}

function meaningOf({ fault, running }: DeviceView, { version }: Answered, whyNot: WhyNot): string {
  if (whyNot === 'offline' && !running) return 'it has not said yet what it runs'
  const about = version === undefined ? '' : `${version}: `
  const because = fault && isFaultCode(fault.code) ? `; its last fault: ${FAULTS[fault.code].means}` : ''
  return `${about}${WHY_NOT[whyNot]}${because}`
}

function nextOf(device: DeviceView, { rolloutId }: Answered, whyNot: WhyNot): string {
  return NEXT[whyNot]
    .replaceAll('DEVICE', device.id)
    .replaceAll('PRODUCT', device.product)
    .replaceAll('ROLLOUT', rolloutId ?? 'ROLLOUT')
}

const NEXT: Readonly<Record<WhyNot, string>> = {
  up_to_date: 'nothing to do',
  under_way: 'watch it with `sealift device show DEVICE`',
  no_match: 'plan a rollout: `sealift rollout plan PRODUCT VERSION`',
  wave_not_reached: 'wait: the next wave begins by itself when the one before it has settled',
  awaiting_owner: 'wait for its owner, who is asked on the device',
  owner_refused: 'nothing to do: it keeps getting other releases, and its owner may think again',
  owner_deferred: 'wait: its owner is asked again, or it goes on by itself, when the time is over',
  held_back: 'mend the cause, then `sealift rollout retry-failed ROLLOUT`, or release a higher version',
  floor_version: 'release a version with at least the security counter that the device has confirmed',
  signature_failed: 'find out who served what your keys did not sign, then `sealift rollout retry-failed ROLLOUT`',
  offline: 'look at its power and its network; it asks again by itself',
  superseded: 'nothing to do: it gets the newer release',
  unsupported: 'release a version whose hardware ids include the one of this device',
  paused: 'go on with `sealift rollout resume ROLLOUT`',
  stopped: 'see what stopped it with `sealift rollout watch ROLLOUT`, mend it, and retry or release a higher version',
  aborted: 'plan another rollout: `sealift rollout plan PRODUCT VERSION`',
  past_support: 'extend the support of PRODUCT, or retire the device',
  retired: 'bring it back with a new claim: `sealift enrol --product PRODUCT`',
}
