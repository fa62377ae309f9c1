// What an operator may do to a rollout in each state, and the state it is in then.

import type { RolloutAction, RolloutState } from '@sealift/protocol'

type Standing = { readonly state: RolloutState; readonly wave: number; readonly waves: number }

/** Undefined when this state does not allow it. */
export function stateAfter(rollout: Standing, action: RolloutAction): RolloutState | undefined {
  const { state } = rollout
  const goingOn = rollout.wave < rollout.waves ? 'running' : 'finished'
  switch (action) {
    case 'start':
      return state === 'planned' ? 'running' : undefined
    case 'pause':
      return state === 'running' || state === 'finished' ? 'paused' : undefined
    case 'resume':
      return state === 'paused' || state === 'stopped' ? goingOn : undefined
    case 'abort':
      return state === 'aborted' ? undefined : 'aborted'
    case 'retry-failed':
      if (state === 'planned' || state === 'aborted') return undefined
      return state === 'stopped' ? goingOn : state
  }
}
