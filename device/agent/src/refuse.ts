// What a fault means for the work, and whether the server should hear of it.

import type { BootView } from '@sealift/boot-control'
import { FAULTS, type Fault, type WhyNot } from '@sealift/protocol'
import { type Agent, nowMsOf } from './agent.ts'
import { type Journal, type Work, withFailure } from './journal.ts'
import { REFUSAL_REPEAT_MS, SPOILED_MAX } from './limits.ts'
import type { Step } from './next-step.ts'
import { faultViewOf, note } from './report.ts'
import { STEP_NAMES } from './step-name.ts'

/** Trouble of the line, not of the update: the server knows, or cannot be told. */
const LINE_TROUBLE: readonly string[] = ['check.unreachable', 'check.refused', 'download.interrupted']

const WHY: Readonly<Record<string, WhyNot>> = {
  'verify.hardware': 'unsupported',
  'verify.downgrade': 'floor_version',
  'verify.floor': 'floor_version',
}

/** Give the work up where trying again cannot help, and report the fault, the same one at most once an hour. */
export async function refuse(agent: Agent, view: BootView, step: Step, fault: Fault): Promise<void> {
  const { journal } = agent
  const work = isWork(step) ? journal.work : null
  const hopeless = work !== null && isHopeless(work, fault)
  const change: Partial<Journal> = hopeless ? withoutWork(journal, work, fault) : {}
  const nowMs = nowMsOf(agent)
  const key = `${fault.code} ${work?.sha256 ?? ''}`
  if (!hopeless && (isLineTrouble(fault) || wasTold(journal, key, nowMs))) return
  const whyNot = hopeless ? 'held_back' : whyNotOf(fault)
  await note(
    agent,
    view,
    { ...change, refused: { key, atMs: nowMs } },
    {
      event: 'refused',
      step: STEP_NAMES[step.do],
      fault: faultViewOf(fault.code, fault.facts),
      ...(work && { release: { version: work.release.version, sha256: work.sha256 } }),
      ...(whyNot && { whyNot }),
    },
  )
}

function isWork(step: Step): boolean {
  return step.do === 'download' || step.do === 'install' || step.do === 'boot'
}

/** True when neither time nor another try can make this image good. Pure. */
export function isHopeless(work: Pick<Work, 'spoiled'>, fault: Pick<Fault, 'code' | 'facts'>): boolean {
  return FAULTS[fault.code].retry === 'never' || work.spoiled >= SPOILED_MAX || fault.facts['fits'] === false
}

function withoutWork(journal: Journal, { sha256, attempt }: Work, fault: Fault): Partial<Journal> {
  return {
    work: null,
    failed: withFailure(journal, { sha256, attempt, code: fault.code }),
    word: journal.word && { ...journal.word, whyNot: 'held_back' },
  }
}

function isLineTrouble({ code, facts }: Fault): boolean {
  const status = Number(facts['status'] ?? 0)
  return LINE_TROUBLE.includes(code) || (code === 'download.refused' && status >= 300)
}

function wasTold({ refused }: Journal, key: string, nowMs: number): boolean {
  return refused?.key === key && Math.abs(nowMs - refused.atMs) < REFUSAL_REPEAT_MS
}

function whyNotOf({ code }: Fault): WhyNot | undefined {
  return WHY[code] ?? (code.startsWith('verify.') || code === 'boot.manifest' ? 'signature_failed' : undefined)
}
