// What failed is tried again later, and later each time; what succeeded starts afresh.

import { FAULTS, type Fault } from '@sealift/protocol'
import { type Agent, type Effort, nowMsOf } from './agent.ts'
import { failureWaitMs, firstWaitMs, pollWaitMs } from './back-off.ts'
import { faultViewOf } from './report.ts'

export function isDue(agent: Agent, effort: Effort): boolean {
  return agent.world.clock.elapsedMs() >= agent.session.notBeforeMs[effort]
}

/** @returns how long, in ms */
export function postpone(agent: Agent, effort: Effort, fault: Fault): number {
  const { session } = agent
  session.faults.set(effort, { ...faultViewOf(fault.code, fault.facts), atMs: nowMsOf(agent) })
  const retryAfterMs = Number(fault.facts['retryAfterMs'] ?? 0)
  const failures = ++session.failures[effort]
  const firstMs = firstWaitMs(FAULTS[fault.code].retry, session.pollMs)
  const waitMs = failureWaitMs(failures, firstMs, agent.world.chance, retryAfterMs)
  holdOff(agent, effort, waitMs)
  return waitMs
}

export function succeed(agent: Agent, effort: Effort): void {
  const { session } = agent
  session.failures[effort] = 0
  session.faults.delete(effort)
  if (effort === 'check') holdOff(agent, effort, pollWaitMs(session.pollMs, agent.world.chance))
}

export function holdOff(agent: Agent, effort: Effort, durationMs: number): void {
  agent.session.notBeforeMs[effort] = agent.world.clock.elapsedMs() + durationMs
}
