import type { RolloutView } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { openRollouts } from './open-rollouts.ts'

const one = (id: string, of: Partial<RolloutView>) => ({ id, product: 'bulb', createdAtMs: 1, ...of }) as RolloutView

const cases: [story: string, rollouts: RolloutView[], open: string[]][] = [
  ['what runs or is paused', [one('a', { state: 'running' }), one('b', { state: 'paused' })], ['a', 'b']],
  ['not what is over', [one('a', { state: 'finished' }), one('b', { state: 'aborted' })], []],
  ['not what has not begun', [one('a', { state: 'planned' })], []],
  ['what was stopped', [one('a', { state: 'stopped' })], ['a']],
  ['what was stopped, also while its repair is planned', [stopped(), repair('planned')], ['a']],
  ['what was stopped, but not once its repair runs', [stopped(), repair('running')], ['b']],
  [
    'what was stopped, whatever another product does',
    [stopped(), one('b', { state: 'finished', product: 'tv', createdAtMs: 2 })],
    ['a'],
  ],
]

test.each(cases)('open: %s', (_story, rollouts, open) => {
  expect(openRollouts(rollouts).map(({ id }) => id)).toEqual(open)
})

function stopped(): RolloutView {
  return one('a', { state: 'stopped' })
}

function repair(state: RolloutView['state']): RolloutView {
  return one('b', { state, createdAtMs: 2 })
}
