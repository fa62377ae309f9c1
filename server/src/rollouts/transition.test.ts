// Every action in every state.

import { ROLLOUT_ACTIONS, RolloutState } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { stateAfter } from './transition.ts'

const no = undefined
const table: Record<RolloutState, (RolloutState | undefined)[]> = {
  //          start      pause     resume     abort      retry-failed
  planned: ['running', no, no, 'aborted', no],
  running: [no, 'paused', no, 'aborted', 'running'],
  paused: [no, no, 'running', 'aborted', 'paused'],
  stopped: [no, no, 'running', 'aborted', 'running'],
  aborted: [no, no, no, no, no],
  finished: [no, 'paused', no, 'aborted', 'finished'],
}

test.each(RolloutState.enum)('%s', (state) => {
  expect(ROLLOUT_ACTIONS.map((action) => stateAfter({ state, wave: 1, waves: 2 }, action))).toEqual(table[state])
})

test('what was through all its waves is finished again, not running', () => {
  expect(stateAfter({ state: 'paused', wave: 2, waves: 2 }, 'resume')).toBe('finished')
  expect(stateAfter({ state: 'stopped', wave: 2, waves: 2 }, 'retry-failed')).toBe('finished')
})
