// Say how far a download has come, now and then: to the owner at once, to the server as often as is good for both.

import type { BootView } from '@sealift/boot-control'
import { Fault } from '@sealift/protocol'
import type { Agent } from './agent.ts'
import { isDue, postpone } from './effort.ts'
import type { Work } from './journal.ts'
import { PROGRESS_MS } from './limits.ts'
import { note, sendReports } from './report.ts'
import { showStatus } from './status.ts'

export async function progress(agent: Agent, view: BootView, doneBytes: number, work: Work): Promise<void> {
  const done = { doneBytes, ofBytes: work.lengthBytes }
  await showStatus(agent, view, { step: 'download', progress: done })
  const nowMs = agent.world.clock.elapsedMs()
  if (nowMs - agent.session.progressAtMs < PROGRESS_MS) return
  agent.session.progressAtMs = nowMs
  const release = { version: work.release.version, sha256: work.sha256 }
  await note(agent, view, {}, { event: 'progress', step: 'download', release, progress: done })
  await sendIfDue(agent)
}

/** Send now if it may be; what is not taken stays, and this is no reason to stop. */
export async function sendIfDue(agent: Agent): Promise<void> {
  if (!isDue(agent, 'report')) return
  try {
    await sendReports(agent)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    postpone(agent, 'report', error)
  }
}
