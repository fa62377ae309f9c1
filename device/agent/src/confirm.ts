// Keep the image that runs, or give it up.

import type { BootView } from '@sealift/boot-control'
import { FAULTS } from '@sealift/protocol'
import type { Agent } from './agent.ts'
import { holdOff } from './effort.ts'
import { discardOther } from './install.ts'
import { withFailure } from './journal.ts'
import { faultViewOf, note } from './report.ts'
import { holds, runningOf } from './running.ts'

/** Boot control raises the floor; then the journal lets go of the work. A cut between the two is made good here as well. */
export async function confirm(agent: Agent, view: BootView): Promise<void> {
  if (view.trial) await agent.boot.confirm()
  // The restart that work was held off for is over.
  holdOff(agent, 'work', 0)
  const { version, sha256 } = runningOf(view)
  const { work, word } = agent.journal
  const done = work && holds(runningOf(view), work)
  await note(
    agent,
    view,
    {
      failed: agent.journal.failed.filter((failure) => failure.sha256 !== sha256),
      work: done ? null : work,
      word: done && word ? { ...word, whyNot: 'up_to_date' } : word,
    },
    { event: 'confirmed', step: 'confirm', release: { version, sha256 } },
  )
}

/** The trial lasts too long: the old image is the better one. */
export async function fallBack(agent: Agent, view: BootView, reached: boolean): Promise<void> {
  const code = reached ? 'confirm.unhealthy' : 'confirm.unreachable'
  await agent.boot.fallBack(code, { why: FAULTS[code].means, trialMsMax: agent.habits.trialMsMax })
  agent.session.trial = undefined
  agent.log('warn', 'trial.given-up', { code, version: runningOf(view).version })
}

/** A trial was given up: remember it, so that it is not tried again unasked, and say so. */
export async function ownUp(agent: Agent, view: BootView): Promise<void> {
  const { fellBack } = view
  if (!fellBack) return
  holdOff(agent, 'work', 0)
  const { code, facts, sha256 } = fellBack
  const { work, word } = agent.journal
  const ours = work?.sha256 === sha256 ? work : undefined
  // Bytes that the boot stage would not even start are not worth keeping for another attempt.
  if (ours && code.startsWith('boot.')) await discardOther(agent)
  const version = ours?.release.version ?? view.slots[fellBack.slot]?.version
  await note(
    agent,
    view,
    {
      failed: withFailure(agent.journal, { sha256, attempt: ours?.attempt ?? 0, code }),
      work: ours ? null : work,
      word: ours && word ? { ...word, whyNot: 'held_back' } : word,
    },
    {
      event: 'fell-back',
      step: 'confirm',
      fault: faultViewOf(code, facts),
      ...(version !== undefined && { release: { version, sha256 } }),
    },
  )
}
