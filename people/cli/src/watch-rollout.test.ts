import { DEFAULT_STOP_RULE, type RolloutState, type RolloutView } from '@sealift/protocol'
import { VirtualClock } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import type { Api } from './api.ts'
import type { Session } from './session.ts'
import { trialTerminal } from './trial-terminal.ts'
import { endOf, watchRollout } from './watch-rollout.ts'

const COUNTS = {
  devices: 10,
  inWave: 10,
  offered: 10,
  waiting: 0,
  underWay: 0,
  confirmed: 10,
  fellBack: 0,
  failed: 0,
  silent: 0,
}

test.each<
  [
    story: string,
    state: RolloutState,
    counts: Partial<typeof COUNTS>,
    waitFor: RolloutState | undefined,
    exit: string | undefined,
  ]
>([
  ['it goes on', 'running', {}, 'finished', undefined],
  ['it has not begun', 'planned', {}, 'finished', undefined],
  ['it is there', 'finished', {}, 'finished', 'ok'],
  ['it is where it was waited for', 'paused', {}, 'paused', 'ok'],
  ['it began', 'running', {}, 'running', 'ok'],
  ['its rule stopped it', 'stopped', {}, 'finished', 'stopped'],
  ['its rule stopped it, as was waited for', 'stopped', {}, 'stopped', 'ok'],
  ['somebody aborted it', 'aborted', {}, 'finished', 'stopped'],
  ['somebody paused it while a script waits', 'paused', {}, 'finished', 'stopped'],
  ['somebody paused it while a person watches', 'paused', {}, undefined, undefined],
  ['a few fell back within the rule', 'finished', { confirmed: 9, fellBack: 1 }, 'finished', 'ok'],
  ['all fell back', 'finished', { confirmed: 0, fellBack: 10 }, 'finished', 'rolledBack'],
  ['it finished, but a pause was waited for', 'finished', {}, 'paused', 'error'],
  ['a person watches to the end', 'finished', {}, undefined, 'ok'],
])('%s', (_story, state, counts, waitFor, exit) => {
  expect(endOf(view(state, counts), waitFor)).toBe(exit)
})

test('ends when the rollout does, and tells each change once', async () => {
  const { terminal, end } = await watch(['running', 'running', 'running', 'finished'], undefined)
  expect(end.exit).toBe('ok')
  expect(terminal.err().trim().split('\n')).toHaveLength(2)
  expect(terminal.out()).toBe('')
})

test('gives up when the time is over, not before', async () => {
  const { end, elapsedMs } = await watch(['running'], 10_000)
  expect(end.exit).toBe('timeout')
  expect(elapsedMs).toBe(10_000)
})

test('a rule that stops it ends the wait with its own exit code', async () => {
  expect((await watch(['running', 'stopped'], 10_000)).end.exit).toBe('stopped')
})

async function watch(states: readonly RolloutState[], timeoutMs: number | undefined) {
  const clock = new VirtualClock(0)
  const terminal = trialTerminal()
  let looks = 0
  const get = async () => view(states[Math.min(looks++, states.length - 1)] ?? 'running', {})
  const session: Session = {
    terminal,
    clock,
    orgFolder: '',
    json: false,
    dryRun: false,
    untilStopped: () => new AbortController().signal,
  }
  const wanted = { rollout: 'r-1', waitFor: 'finished', timeoutMs } as const
  const end = await clock.runUntil(watchRollout(session, { get } as unknown as Api, wanted))
  return { terminal, end, elapsedMs: clock.elapsedMs() }
}

function view(state: RolloutState, counts: Partial<typeof COUNTS>): RolloutView {
  return {
    id: 'r-1',
    product: 'bulb',
    version: '1.0.0',
    state,
    waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }],
    wave: 0,
    waveStartedAtMs: 0,
    stopRule: DEFAULT_STOP_RULE,
    stopReason: null,
    counts: { ...COUNTS, ...counts },
    createdAtMs: 0,
  }
}
