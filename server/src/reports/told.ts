// What a report says in words, when it happened, and whether it belongs in the journal. Pure.

import { FAULTS, faultKind, isFaultCode, type Report, type ReportEvent, type Step, WHY_NOT } from '@sealift/protocol'

const STEP_TEXT: Readonly<Record<Step, string>> = {
  rest: 'rests',
  check: 'asks the server',
  download: 'downloads',
  verify: 'verifies',
  install: 'writes the other slot',
  boot: 'starts the new image',
  confirm: 'watches the new image',
  report: 'reports',
}

const EVENT_TEXT: Readonly<Record<Exclude<ReportEvent, 'idle' | 'progress' | 'refused'>, string>> = {
  'awaiting-owner': 'asks its owner',
  'owner-refused': 'was told by its owner not to install it',
  'owner-deferred': 'was told by its owner to wait',
  installed: 'has written and read back the other slot',
  booted: 'runs the new image on trial',
  confirmed: 'keeps the new image',
  'fell-back': 'gave the new image up and runs the old one',
}

/** One sentence for the timeline; the device is its subject. */
export function textOf(report: Report): string {
  const { event, step, fault, whyNot, progress } = report
  if (event === 'idle') return whyNot ? `rests: ${WHY_NOT[whyNot]}` : 'rests'
  if (event === 'progress') return `${STEP_TEXT[step]}${progress ? shareOf(progress.doneBytes, progress.ofBytes) : ''}`
  const said = event === 'refused' ? 'refused' : EVENT_TEXT[event]
  return fault ? `${said}: ${isFaultCode(fault.code) ? FAULTS[fault.code].means : fault.code}` : said
}

function shareOf(doneBytes: number, ofBytes: number): string {
  return ofBytes === 0 ? '' : `, ${Math.floor((100 * doneBytes) / ofBytes)} %`
}

/** The device's own clock, unless it cannot be right: it was not enrolled yet, or it is not that late. */
export function toldAtMs(report: Report, enrolledAtMs: number, nowMs: number): number {
  return report.atMs >= enrolledAtMs && report.atMs <= nowMs ? report.atMs : nowMs
}

const IN_JOURNAL: readonly ReportEvent[] = [
  'owner-refused',
  'owner-deferred',
  'installed',
  'booted',
  'confirmed',
  'fell-back',
]

/** What an auditor asks for. A connection that broke is none of it, a refusal that names an attack is. */
export function belongsInJournal({ event, fault }: Report): boolean {
  if (event !== 'refused') return IN_JOURNAL.includes(event)
  if (!fault || !isFaultCode(fault.code)) return true
  const { retry, attack } = faultKind(fault.code)
  return retry === 'never' || (attack !== undefined && fault.code !== 'check.unreachable')
}
