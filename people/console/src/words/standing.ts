// How one device stands, in two words and a tone. Each tone has a shape of its own, so that colour is never all.

import type { DeviceView, Step, WhyNot } from '@sealift/protocol'

export type Tone = 'calm' | 'good' | 'busy' | 'warn' | 'bad'

export type Standing = { readonly tone: Tone; readonly label: string }

export const STEP_WORDS: Readonly<Record<Step, string>> = {
  rest: 'At rest',
  check: 'Checking',
  download: 'Downloading',
  verify: 'Verifying',
  install: 'Installing',
  boot: 'Booting',
  confirm: 'On trial',
  report: 'Reporting',
}

const BY_REASON: Readonly<Record<WhyNot, Standing>> = {
  up_to_date: { tone: 'good', label: 'Up to date' },
  under_way: { tone: 'busy', label: 'Under way' },
  no_match: { tone: 'calm', label: 'No rollout' },
  wave_not_reached: { tone: 'calm', label: 'Waits for its wave' },
  awaiting_owner: { tone: 'warn', label: 'Awaiting owner' },
  owner_refused: { tone: 'warn', label: 'Refused by owner' },
  owner_deferred: { tone: 'warn', label: 'Put off by owner' },
  held_back: { tone: 'bad', label: 'Held back' },
  floor_version: { tone: 'bad', label: 'Below its floor' },
  signature_failed: { tone: 'bad', label: 'Refused a release' },
  offline: { tone: 'bad', label: 'Silent' },
  superseded: { tone: 'calm', label: 'Superseded' },
  unsupported: { tone: 'calm', label: 'Other hardware' },
  paused: { tone: 'calm', label: 'Rollout paused' },
  stopped: { tone: 'warn', label: 'Rollout stopped' },
  aborted: { tone: 'calm', label: 'Rollout aborted' },
  past_support: { tone: 'warn', label: 'Past support' },
  retired: { tone: 'calm', label: 'Retired' },
}

/** What matters most comes first: who it is, whether it is heard of, what went wrong, what it does, why it waits. */
export function standingOf(device: DeviceView): Standing {
  if (device.status === 'retired') return BY_REASON.retired
  if (device.status === 'quarantined') return { tone: 'bad', label: 'Quarantined' }
  if (device.lastSeenMs === null) return { tone: 'calm', label: 'Never seen' }
  if (device.whyNot === 'offline') return BY_REASON.offline
  if (device.fault) return faultStanding(device.fault.code)
  if (device.step !== 'rest' && device.step !== 'report') return { tone: 'busy', label: STEP_WORDS[device.step] }
  if (device.whyNot) return BY_REASON[device.whyNot]
  return device.wanted === null || device.wanted === device.running?.version
    ? BY_REASON.up_to_date
    : { tone: 'busy', label: 'Offered' }
}

function faultStanding(code: string): Standing {
  if (code === 'boot.tries' || (code.startsWith('confirm.') && code !== 'confirm.refused')) {
    return { tone: 'bad', label: 'Fell back' }
  }
  return code.startsWith('verify.') ? BY_REASON.signature_failed : { tone: 'bad', label: 'Faulty' }
}
