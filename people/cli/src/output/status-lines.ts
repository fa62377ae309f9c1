// How the state of a device reads to the person who owns it.

import type { AgentStatus } from '@sealift/agent'
import { faultText } from './device-lines.ts'
import { paint } from './paint.ts'
import { away, bytes, duration, moment, percent } from './quantities.ts'
import { type SafeText, say } from './safe-text.ts'
import { facts } from './table.ts'

export function statusLines(status: AgentStatus, nowMs: number): readonly SafeText[] {
  const { device, running, slot, trial, step, progress, fault, checkedAtMs, atMs } = status
  const share = progress && progress.ofBytes > 0 ? ` ${percent(progress.doneBytes / progress.ofBytes)}` : ''
  return facts([
    ['device', say`${paint.strong(device.id)}, ${device.product} on ${device.hardwareId}`],
    ['runs', say`${paint.strong(running.version)} from slot ${slot}${trial ? ', on trial' : ''}`],
    ['sha256', groupsOfFour(running.sha256)],
    ['doing', step + share],
    [
      'asked',
      checkedAtMs === null ? 'the server has not answered yet' : `the server answered ${away(checkedAtMs, nowMs)}`,
    ],
    ['fault', fault ? say`${faultText(fault)}, ${away(fault.atMs, nowMs)}` : 'none'],
    ['as of', `${moment(atMs)}, ${away(atMs, nowMs)}`],
    ...wantedPairs(status),
  ])
}

/** What an owner must know to say yes or no. */
export function offerLines(status: AgentStatus): readonly SafeText[] {
  const { wanted } = status
  if (!wanted) return []
  const { release, lengthBytes } = wanted
  const { summary, risk, removes } = release.notes
  return facts([
    ['what', say`${paint.strong(`${release.product} ${release.version}`)}: ${summary}`],
    ['why', risk],
    ['what goes', removes],
    [
      'how long',
      say`${duration(release.durationS * 1000)}${release.reboot ? ', with a restart' : ''}; ${bytes(lengthBytes)} to download`,
    ],
    ['kind', release.class],
    ['your word', permissionText(status)],
  ])
}

/** The running version's fingerprint, so that a person can compare it with what the maker published. */
function groupsOfFour(sha256: string): string {
  return sha256.match(/.{4}/g)?.join(' ') ?? sha256
}

function wantedPairs(status: AgentStatus): readonly (readonly [string, string | SafeText])[] {
  if (!status.wanted) return []
  return [
    ['offered', paint.strong(status.wanted.release.version)],
    ['your word', permissionText(status)],
  ]
}

function permissionText({ permission }: AgentStatus): SafeText {
  switch (permission?.word) {
    case 'ask':
      return paint.careful('is waited for: sealift agent consent approve, defer or refuse')
    case 'deferred':
      return say`put off until ${permission.untilMs === undefined ? 'later' : moment(permission.untilMs)}`
    case 'refused':
      return say`no; security updates go on`
    case 'go':
    case undefined:
      return say`not needed: it goes on by itself, or you have said yes`
  }
}
