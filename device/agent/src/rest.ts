// Sleep until there may be something to do.

import type { Consent } from '@sealift/protocol'
import type { Agent } from './agent.ts'
import { readConsent } from './consent-file.ts'
import { CONSENT_LOOK_MS, REST_MS_MAX, REST_MS_MIN, TRIAL_LOOK_MS } from './limits.ts'
import type { Look } from './look.ts'

export async function rest(agent: Agent, now: Look): Promise<void> {
  const { clock } = agent.world
  const untilMs = clock.elapsedMs() + restMs(agent, now)
  if (!now.permission || now.permission.word === 'go')
    return await clock.sleep(untilMs - clock.elapsedMs(), agent.signal)
  // The owner's word may come at any moment, from another process.
  const have = await wordOf(agent)
  while (!agent.signal.aborted && clock.elapsedMs() < untilMs) {
    await clock.sleep(Math.min(CONSENT_LOOK_MS, untilMs - clock.elapsedMs()), agent.signal)
    if ((await wordOf(agent)) !== have) return
  }
}

function restMs(agent: Agent, { seen, permission }: Look): number {
  const { notBeforeMs } = agent.session
  const nowMs = agent.world.clock.elapsedMs()
  const waits = [
    ...(seen.due.check ? [] : [notBeforeMs.check - nowMs]),
    ...(seen.due.report || agent.outbox.waiting(agent.journal.seq) === 0 ? [] : [notBeforeMs.report - nowMs]),
    ...(seen.due.work || !seen.work ? [] : [notBeforeMs.work - nowMs]),
    ...(seen.trial ? [TRIAL_LOOK_MS] : []),
    ...(permission?.word === 'deferred' ? [permission.untilMs - agent.world.clock.nowMs()] : []),
  ]
  return Math.max(REST_MS_MIN, Math.min(REST_MS_MAX, ...waits))
}

async function wordOf(agent: Agent): Promise<string> {
  const word: Consent | undefined = await readConsent(agent.world.disk)
  return JSON.stringify(word ?? null)
}
