// Sleep until there may be something to do.

import type { Agent } from './agent.ts'
import { CONSENT_LOOK_MS, TRIAL_LOOK_MS } from './limits.ts'
import type { Look } from './look.ts'

/** Never busy, whatever the reason to rest. */
const REST_MS_MIN = 20

export async function rest(agent: Agent, { seen, permission }: Look): Promise<void> {
  const { notBeforeMs } = agent.session
  const nowMs = agent.world.clock.elapsedMs()
  const waits = [
    ...(seen.due.check ? [] : [notBeforeMs.check - nowMs]),
    ...(seen.due.report || agent.outbox.count === 0 ? [] : [notBeforeMs.report - nowMs]),
    ...(seen.due.work || !seen.work ? [] : [notBeforeMs.work - nowMs]),
    ...(seen.trial ? [TRIAL_LOOK_MS] : []),
    ...(permission && permission.word !== 'go' ? [CONSENT_LOOK_MS] : []),
  ]
  await agent.world.clock.sleep(Math.max(REST_MS_MIN, Math.min(CONSENT_LOOK_MS * 3600, ...waits)), agent.signal)
}
