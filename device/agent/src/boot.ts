// Start the new image on trial: say so first, for a device that goes to boot and stays silent is the one to look for.

import type { BootView } from '@sealift/boot-control'
import { Fault } from '@sealift/protocol'
import { type Agent, rememberWork } from './agent.ts'
import { holdOff } from './effort.ts'
import type { Work } from './journal.ts'
import { BOOTS_MAX, RESTART_MS_MAX } from './limits.ts'
import { sendIfDue } from './progress.ts'
import { note } from './report.ts'

/** @throws {Fault} `boot.tries` when starts of it came to nothing too often */
export async function boot(agent: Agent, view: BootView, work: Work): Promise<void> {
  if (work.boots >= BOOTS_MAX) throw new Fault('boot.tries', { boots: work.boots })
  const release = { version: work.release.version, sha256: work.sha256 }
  await note(agent, view, { work: { ...work, boots: work.boots + 1 } }, { event: 'progress', step: 'boot', release })
  await sendIfDue(agent)
  await agent.boot.arm()
  await rememberWork(agent, { armed: true })
  // The process may end here, or the restart may take its time: the work must not be begun twice.
  holdOff(agent, 'work', RESTART_MS_MAX)
  await agent.boot.restart()
}
