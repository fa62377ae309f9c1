// Tell the server what became of the update: signed, numbered, kept until it is acknowledged.

import type { BootView } from '@sealift/boot-control'
import {
  DEVICE_ROUTES,
  Fault,
  type FaultView,
  parseJson,
  type Report,
  ReportsAccepted,
  type Running,
  type SignedReport,
} from '@sealift/protocol'
import { signReport } from '@sealift/trust'
import { type Agent, nowMsOf, remember } from './agent.ts'
import { ask, retryAfterOf } from './ask.ts'
import type { Journal } from './journal.ts'
import { ANSWER_BYTES_MAX, BATCH_REPORTS_MAX } from './limits.ts'
import { runningOf } from './running.ts'

/** What is told, besides who says it and when. */
export type Saying = Pick<Report, 'event' | 'step' | 'release' | 'progress' | 'fault' | 'whyNot'>

/**
 * What happened becomes part of the journal, and a report of it is in the outbox, both or neither: the report is written first,
 * but counts only when the journal has its number. So a power cut neither loses an event nor tells it twice.
 */
export async function note(agent: Agent, view: BootView, change: Partial<Journal>, saying: Saying): Promise<void> {
  const seq = agent.journal.seq + 1
  const report = signReport(reportOf(agent, view, saying, seq), agent.device.privateKey)
  await agent.outbox.put(report)
  await remember(agent, { ...change, seq })
  await agent.outbox.thin(report)
  agent.log(saying.fault ? 'warn' : 'info', `report.${saying.event}`, factsOf(report.signed))
}

/**
 * Send what waits, one batch.
 * @throws {Fault} `report.invalid` and those of `check`
 */
export async function sendReports(agent: Agent): Promise<void> {
  const reports = await agent.outbox.first(agent.session.batchMax, agent.journal.seq)
  if (reports.length === 0) return
  const answer = await ask(
    agent,
    {
      method: 'POST',
      url: agent.device.deviceUrl + DEVICE_ROUTES.reports,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ reports })),
    },
    ANSWER_BYTES_MAX,
  )
  if (answer.status !== 200) throw await setAside(agent, reports, answer.status, retryAfterOf(answer.headers))
  const limits = { lengthBytesMax: ANSWER_BYTES_MAX }
  const { acceptedSeq } = parseJson(ReportsAccepted, answer.body, limits, 'check.refused')
  if (acceptedSeq < (reports[0]?.signed.seq ?? 0)) throw new Fault('check.refused', { acceptedSeq })
  await agent.outbox.acknowledge(acceptedSeq)
  agent.session.batchMax = BATCH_REPORTS_MAX
}

/** A fault as it travels: few facts, none of them long, and numbers that canonical JSON can hold. */
export function faultViewOf(code: string, facts: Readonly<Record<string, string | number | boolean>>): FaultView {
  const short = Object.entries(facts)
    .slice(0, 16)
    .map(([name, fact]) => [name.slice(0, 64), travelling(fact)] as const)
  return { code: code.slice(0, 64), facts: Object.fromEntries(short) }
}

// A server that refuses one report must not keep the others from being heard: they are sent one by one, and the one it refuses is dropped.
async function setAside(
  agent: Agent,
  reports: readonly SignedReport[],
  status: number,
  retryAfter: { retryAfterMs?: number },
): Promise<Fault> {
  const [first] = reports
  if (![400, 409, 413, 422].includes(status) || !first) return new Fault('check.refused', { status, ...retryAfter })
  if (reports.length === 1) {
    await agent.outbox.acknowledge(first.signed.seq)
    agent.session.batchMax = BATCH_REPORTS_MAX
  } else agent.session.batchMax = 1
  return new Fault('report.invalid', { status, seq: first.signed.seq, reports: reports.length })
}

function reportOf(agent: Agent, view: BootView, saying: Saying, seq: number): Report {
  return {
    deviceId: agent.device.id,
    seq,
    atMs: nowMsOf(agent),
    bootCount: view.bootCount,
    running: runningReportOf(view),
    ...saying,
  }
}

function runningReportOf(view: BootView): Running {
  const { version, sha256, securityCounter } = runningOf(view)
  return { version, sha256, securityCounter }
}

function travelling(fact: string | number | boolean): string | number | boolean {
  if (typeof fact === 'string') return fact.slice(0, 512).toWellFormed()
  if (typeof fact === 'number' && !Number.isSafeInteger(fact)) return String(fact)
  return fact
}

function factsOf(report: Report): Record<string, string | number> {
  const { seq, step, release, fault, whyNot, progress } = report
  return {
    seq,
    step,
    ...(release && { version: release.version }),
    ...(progress && { doneBytes: progress.doneBytes, ofBytes: progress.ofBytes }),
    ...(fault && { fault: fault.code }),
    ...(whyNot && { whyNot }),
  }
}
