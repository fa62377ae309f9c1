// Look around: boot stage, journal, owner's word and clock become what nextStep decides by.

import type { BootView } from '@sealift/boot-control'
import { type Agent, type Trial, trustedMsOf } from './agent.ts'
import { readConsent } from './consent-file.ts'
import { holdOff, isDue, succeed } from './effort.ts'
import type { Journal, Work } from './journal.ts'
import type { Seen, SeenTrial, SeenWork } from './next-step.ts'
import { type Permission, permissionOf } from './permission.ts'
import type { Saying } from './report.ts'
import { holds, otherOf, runningOf, runOf } from './running.ts'
import { keyOf, situationOf } from './situation.ts'

export type Look = {
  readonly seen: Seen
  readonly view: BootView
  readonly permission: Permission | undefined
  /** What there is to say of the present state, said or not. */
  readonly situation: Saying | undefined
}

export async function look(agent: Agent): Promise<Look> {
  const view = await agent.boot.look()
  const { journal } = agent
  const { work } = journal
  const permission = work ? await permissionNow(agent, work) : undefined
  const situation = situationOf(view, journal, permission)
  const trial = trialNow(agent, view)
  const seen: Seen = {
    fellBack: isNews(view, journal),
    trial,
    offered: agent.session.offer !== undefined,
    untold: situation !== undefined && journal.said !== keyOf(view, situation),
    work: work && permission ? workNow(agent, view, work, permission) : undefined,
    asked: agent.session.reachedFrom !== undefined || !agent.habits.serverMustAnswer,
    due: {
      check: isDue(agent, 'check'),
      report: agent.outbox.waiting(journal.seq) > 0 && isDue(agent, 'report'),
      work: isDue(agent, 'work'),
    },
  }
  return { seen, view, permission, situation }
}

/** The owner's word is looked up each time: it may come at any moment, from another process. */
async function permissionNow(agent: Agent, work: Work): Promise<Permission> {
  const consent = await readConsent(agent.world.disk)
  return permissionOf(work.release, consent, work.offeredAtMs, trustedMsOf(agent))
}

/**
 * The boot stage shows the last failure until the next image is armed. It is news when the journal knows of no failure of
 * this image, or when the same image was armed once more since.
 */
export function isNews({ fellBack, trial }: BootView, { work, failed }: Pick<Journal, 'work' | 'failed'>): boolean {
  if (!fellBack || trial) return false
  const known = failed.some(({ sha256 }) => sha256 === fellBack.sha256)
  const again = work !== null && work.sha256 === fellBack.sha256 && work.armed
  return !known || again
}

function trialNow(agent: Agent, view: BootView): SeenTrial | undefined {
  const { session, habits, world } = agent
  if (!view.trial) {
    session.trial = undefined
    return undefined
  }
  const nowMs = world.clock.elapsedMs()
  const of = runOf(view)
  const trial = session.trial?.of === of ? session.trial : beginTrial(agent, of)
  trial.wellSinceMs = view.healthy ? (trial.wellSinceMs ?? nowMs) : undefined
  return {
    settled: trial.wellSinceMs !== undefined && nowMs - trial.wellSinceMs >= habits.settleMs,
    reached: !habits.serverMustAnswer || session.reachedFrom === of,
    overtime: nowMs - trial.sinceMs >= habits.trialMsMax,
  }
}

// The server must answer from this image before it is kept: that cannot wait for the next poll, which may be hours away.
function beginTrial(agent: Agent, of: string): Trial {
  succeed(agent, 'check')
  holdOff(agent, 'check', 0)
  const trial: Trial = { of, sinceMs: agent.world.clock.elapsedMs(), wellSinceMs: undefined }
  agent.session.trial = trial
  return trial
}

function workNow(agent: Agent, view: BootView, work: Work, permission: Permission): SeenWork {
  return {
    running: holds(runningOf(view), work),
    permission: permission.word,
    fresh: trustedMsOf(agent) < (agent.journal.word?.freshUntilMs ?? 0),
    whole: work.writtenBytes === work.lengthBytes,
    sealed: holds(otherOf(view), work),
    installed: work.installed,
    armed: work.armed,
  }
}
