// Do what was decided. The one place that acts, and the one where a fault ends.

import assert from 'node:assert/strict'
import { Fault } from '@sealift/protocol'
import type { Agent, Effort } from './agent.ts'
import { boot } from './boot.ts'
import { check } from './check.ts'
import { confirm, fallBack, ownUp } from './confirm.ts'
import { faultOfDisk } from './disk-fault.ts'
import { download } from './download.ts'
import { postpone, succeed } from './effort.ts'
import { install } from './install.ts'
import type { Work } from './journal.ts'
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
    const isOpen = step.do === 'check' && agent.session.offer !== undefined
    if (effort && !isOpen) succeed(agent, effort)
  } catch (error) {
    const fault = error instanceof Fault ? error : faultOfDisk(error)
    if (!fault || fault.code === 'boot.gone') throw error
    await fail(agent, now, step, fault)
  }
}

async function act(agent: Agent, now: Look, step: Step): Promise<void> {
  const { view, seen, situation } = now
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
    case 'download':
      return await download(agent, view, requireWork(agent))
    case 'install':
      return await install(agent, view, requireWork(agent))
    case 'boot':
      return await boot(agent, view, requireWork(agent))
    case 'confirm':
      return await confirm(agent, view)
    case 'fall-back':
      return await fallBack(agent, view, seen.trial?.reached ?? true)
  }
}

function requireWork(agent: Agent): Work {
  assert(agent.journal.work, 'no work is under way')
  return agent.journal.work
}

async function fail(agent: Agent, { view }: Look, step: Step, fault: Fault): Promise<void> {
  agent.log('warn', `${step.do}.failed`, { code: fault.code, ...fault.facts })
  const effort = EFFORTS[step.do]
  const waitMs = postpone(agent, effort ?? 'work', fault)
  if (effort === 'check' || effort === 'work') await refuse(agent, view, step, fault)
  if (!effort) await agent.world.clock.sleep(waitMs, agent.signal)
}
