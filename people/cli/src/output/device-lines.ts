// How a device reads on a terminal.

import type { DeviceView, FaultView, TimelineEntry } from '@sealift/protocol'
import { paint } from './paint.ts'
import { away, moment, percent } from './quantities.ts'
import { type SafeText, say } from './safe-text.ts'
import { type Column, facts, table } from './table.ts'

export function deviceTable(devices: readonly DeviceView[], nowMs: number): readonly SafeText[] {
  const columns: readonly Column<DeviceView>[] = [
    { heading: 'DEVICE', cell: ({ id }) => paint.strong(id) },
    { heading: 'PRODUCT', cell: ({ product }) => product },
    { heading: 'RUNS', cell: ({ running }) => running?.version ?? '–' },
    { heading: 'WANTED', cell: ({ wanted }) => wanted ?? '–' },
    { heading: 'STEP', cell: stepOf },
    { heading: 'SEEN', cell: ({ lastSeenMs }) => seen(lastSeenMs, nowMs) },
    { heading: 'REMARK', cell: remarkOf },
  ]
  return table(devices, columns, 'no devices: bring one in with `sealift enrol --product ID`')
}

export function deviceFacts(device: DeviceView, nowMs: number): readonly SafeText[] {
  const { id, product, hardwareId, status, enrolledAtMs, running, wanted, rolloutId, fault, bootCount } = device
  return facts([
    ['device', paint.strong(id)],
    ['product', say`${product}, hardware ${hardwareId}`],
    ['status', say`${status} since ${moment(enrolledAtMs)}`],
    ['seen', seen(device.lastSeenMs, nowMs)],
    ['runs', running ? say`${running.version}, security counter ${running.securityCounter}` : 'nothing known'],
    ['sha256', running?.sha256 ?? '–'],
    ['wanted', rolloutId === null ? (wanted ?? '–') : say`${wanted ?? '–'} by rollout ${rolloutId}`],
    ['step', stepOf(device)],
    ['starts', bootCount],
    ['fault', fault ? faultText(fault) : 'none'],
    ['why not', device.whyNot ?? '–'],
  ])
}

export function timelineTable(timeline: readonly TimelineEntry[]): readonly SafeText[] {
  const columns: readonly Column<TimelineEntry>[] = [
    { heading: 'WHEN', cell: ({ atMs }) => moment(atMs) },
    { heading: 'STEP', cell: ({ step }) => step },
    { heading: 'EVENT', cell: ({ event }) => event },
    { heading: 'VERSION', cell: ({ version }) => version ?? '–' },
    { heading: 'WHAT HAPPENED', cell: ({ text, fault }) => (fault ? say`${text} ${faultText(fault)}` : text) },
  ]
  return table(timeline, columns, 'nothing has happened yet')
}

export function faultText({ code, facts }: FaultView): SafeText {
  const details = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return say`${paint.bad(code)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
}

function stepOf({ step, progress }: DeviceView): SafeText {
  if (!progress || progress.ofBytes === 0) return say`${step}`
  return say`${step} ${percent(progress.doneBytes / progress.ofBytes)}`
}

function seen(lastSeenMs: number | null, nowMs: number): string {
  return lastSeenMs === null ? 'never' : away(lastSeenMs, nowMs)
}

function remarkOf({ status, fault, whyNot }: DeviceView): string | SafeText {
  if (status !== 'enrolled') return paint.careful(status)
  return fault ? paint.bad(fault.code) : (whyNot ?? '')
}
