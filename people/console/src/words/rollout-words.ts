// A rollout in plain words: its state, its waves, its stop rule, and why it stopped.

import type { RolloutState, StopReason, StopRule, Wave, WaveSize } from '@sealift/protocol'
import { countText, percentText } from './amounts.ts'
import type { Tone } from './standing.ts'
import { spanText } from './times.ts'

export const STATE_WORDS: Readonly<Record<RolloutState, { readonly tone: Tone; readonly label: string }>> = {
  planned: { tone: 'calm', label: 'Planned' },
  running: { tone: 'busy', label: 'Running' },
  paused: { tone: 'warn', label: 'Paused' },
  stopped: { tone: 'bad', label: 'Stopped by its rule' },
  aborted: { tone: 'calm', label: 'Aborted' },
  finished: { tone: 'good', label: 'Finished' },
}

/** What the reader can do about each way of stopping. */
export const STOP_NEXT: Readonly<Record<StopReason['rule'], string>> = {
  failed:
    'Open a failed device to see its fault. Mend the cause, then retry the failed ones, or release a higher version.',
  'rolled-back':
    'Those devices run their old version again. Mend the image, release it under a higher version and roll that out.',
  silent: 'Look at one of the silent devices by hand before anything else is sent out.',
  signature:
    'Something was served that your keys did not sign. Find out who could write to the server before you resume.',
}

export function stopReasonText({ rule, seen, limit }: StopReason): string {
  const share = `${percentText(seen)} of the devices that came to an end`
  switch (rule) {
    case 'failed':
      return `${share} failed. The rule allows ${percentText(limit)}.`
    case 'rolled-back':
      return `${share} fell back to their old version. The rule allows ${percentText(limit)}.`
    case 'silent':
      return `${share} went to boot and were not heard of again. The rule allows ${percentText(limit)}.`
    case 'signature':
      return `${countText(seen, 'device')} could not verify the release. The rule allows none.`
  }
}

export function stopRuleLines(rule: StopRule): readonly (readonly [what: string, when: string])[] {
  return [
    ['Failed', `at ${percentText(rule.failedPercent)}`],
    ['Fell back', `at ${percentText(rule.rolledBackPercent)}`],
    ['Silent after reboot', `at ${percentText(rule.silentPercent)}, no word for ${spanText(rule.silentAfterMs)}`],
    ['Refused a signature', rule.signatureFailure ? 'at the first device' : 'not watched'],
    ['Judged', `once ${countText(rule.devicesMin, 'device')} came to an end`],
  ]
}

function waveSizeText(size: WaveSize): string {
  return 'devices' in size ? countText(size.devices, 'device') : percentText(size.percent)
}

/** How many devices a wave reaches in a fleet of this size; a percentage falls on about so many. */
export function waveDevicesText(size: WaveSize, devices: number): string {
  if ('devices' in size) return countText(Math.min(size.devices, devices), 'device')
  if (size.percent === 100) return countText(devices, 'device')
  return `about ${countText(Math.ceil((devices * size.percent) / 100), 'device')}`
}

/** How long a wave is watched before the next may begin. */
export function holdText(holdMs: number): string {
  return holdMs === 0 ? 'goes on once settled' : `watched for ${spanText(holdMs)}`
}

/** `10 devices → 1 % → 100 %` */
export function wavesText(waves: readonly Wave[]): string {
  return waves.map(({ size }) => waveSizeText(size)).join(' → ')
}
