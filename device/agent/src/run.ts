// The agent's life: look, decide, act, until it is told to stop.

import { NetworkError } from '@sealift/world'
import { type Agent, type AgentOptions, wake } from './agent.ts'
import { faultOfDisk } from './disk-fault.ts'
import { postpone } from './effort.ts'
import { RESTLESS_MAX, RESTLESS_MS } from './limits.ts'
import { look } from './look.ts'
import { nextStep, type Step } from './next-step.ts'
import { runStep } from './run-step.ts'
import { showStatus } from './status.ts'
import { STEP_NAMES } from './step-name.ts'

/** What goes by too fast for a person, and comes too often for a disk. */
const UNSHOWN: readonly Step['do'][] = ['check', 'verify', 'report', 'tell']

/**
 * Run until `signal` aborts. All that matters is on the disk: a power cut, or the end of the process at any point, is
 * made good by running again.
 *
 * @throws {Fault} `keep.missing`, `keep.damaged` when this is no device's folder; errors of boot control and bugs end it as well
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const agent = await wake(options)
  agent.log('info', 'agent.awake', { device: agent.device.id, product: agent.device.product })
  for (let restless = 0; !agent.signal.aborted; ) {
    try {
      restless = (await turn(agent)) === 'rest' ? 0 : restless + 1
    } catch (error) {
      await endure(agent, error)
    }
    if (restless >= RESTLESS_MAX) restless = await calm(agent)
  }
  agent.log('info', 'agent.stopped')
}

async function turn(agent: Agent): Promise<Step['do']> {
  const now = await look(agent)
  const step = nextStep(now.seen)
  agent.log('debug', 'agent.step', { step: step.do })
  if (!UNSHOWN.includes(step.do)) {
    const name = step.do === 'rest' && now.view.trial ? 'confirm' : STEP_NAMES[step.do]
    await showStatus(agent, now.view, { step: name })
  }
  await runStep(agent, now, step)
  return step.do
}

// So many steps without a rest are a defect of ours. It must not empty a battery, nor fill a server's log.
async function calm(agent: Agent): Promise<number> {
  agent.log('error', 'agent.restless', { steps: RESTLESS_MAX })
  await agent.world.clock.sleep(RESTLESS_MS, agent.signal)
  return 0
}

// A failing disk may recover, and the image that runs is none the worse for it. What else comes here is a bug, or the end.
async function endure(agent: Agent, error: unknown): Promise<void> {
  if (error instanceof NetworkError && agent.signal.aborted) return
  const fault = faultOfDisk(error)
  if (!fault) throw error
  agent.log('error', 'disk.failed', { code: fault.code, ...fault.facts })
  await agent.world.clock.sleep(postpone(agent, 'work', fault), agent.signal)
}
