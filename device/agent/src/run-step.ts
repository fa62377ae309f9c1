// Do what was decided. The one place that acts, and the one where a fault ends.

import assert from 'node:assert/strict'
import { Fault } from '@sealift/protocol'
import { NetworkError } from '@sealift/world'
import type { Agent, Effort } from './agent.ts'
import { boot } from './boot.ts'
import { check } from './check.ts'
import { confirm, fallBack, ownUp } from './confirm.ts'
import { faultOfDisk } from './disk-fault.ts'
import { download } from './download.ts'
import { postpone, succeed } from './effort.ts'
import { install } from './install.ts'
import type { Look } from './look.ts'
import type { Step } from './next-step.ts'
import { refuse } from './refuse.ts'
import { note, sendReports } from './report.ts'
import { rest } from './rest.ts'
import { keyOf } from './situation.ts'
import { verify } from './verify.ts'

/** Which patience a step draws on. What only writes down what happened has none: it must come about first. */
const EFFORTS: Readonly<Partial<Record<Step['do'], Effort>>> = {
  check: 'check',
  verify: 'check',
  report: 'report',
  download: 'work',
  install: 'work',
  boot: 'work',
}

export async function runStep(agent: Agent, now: Look, step: Step): Promise<void> {
  try {
    await act(agent, now, step)
    const effort = EFFORTS[step.do]
    // A check that brought something has succeeded only when that is verified.
    if (effort && !agent.session.offer) succeed(agent, effort)
  } catch (error) {
    if (error instanceof NetworkError && agent.signal.aborted) return
    const fault = error instanceof Fault ? error : faultOfDisk(error)
    if (!fault) throw error
    await fail(agent, now, step, fault)
  }
}

async function act(agent: Agent, now: Look, step: Step): Promise<void> {
  const { view, seen, situation } = now
  const { work } = agent.journal
  switch (step.do) {
    case 'rest':
      return await rest(agent, now)
    case 'own-up':
      return await ownUp(agent, view)
    case 'tell':
      assert(situation)
      return await note(agent, view, { said: keyOf(view, situation) }, situation)
    case 'check':
      return await check(agent, view)
    case 'verify':
      return await verify(agent, view)
    case 'report':
      return await sendReports(agent)
    case 'confirm':
      return await confirm(agent, view)
    case 'fall-back':
      return await fallBack(agent, view, seen.trial?.reached ?? true)
  }
  assert(work, `nothing to ${step.do}`)
  switch (step.do) {
    case 'download':
      return await download(agent, view, work)
    case 'install':
      return await install(agent, view, work)
    case 'boot':
      return await boot(agent, view, work)
  }
}

async function fail(agent: Agent, { view }: Look, step: Step, fault: Fault): Promise<void> {
  agent.log('warn', `${step.do}.failed`, { code: fault.code, ...fault.facts })
  const effort = EFFORTS[step.do]
  const waitMs = postpone(agent, effort ?? 'work', fault)
  try {
    if (effort !== 'report') await refuse(agent, view, step, fault)
  } catch (error) {
    // The disk that failed the step may fail the note of it: then the next try is the note.
    const unwritten = faultOfDisk(error)
    if (!unwritten) throw error
    agent.log('error', 'journal.unwritten', { code: unwritten.code, ...unwritten.facts })
  }
  if (!effort) await agent.world.clock.sleep(waitMs, agent.signal)
}
