// What can be done to a rollout in its present state. Pause is always one click; what harms is asked about first.

import type { RolloutAction, RolloutState, RolloutView } from '@sealift/protocol'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useRolloutAction } from '../api/actions.ts'
import { countText } from '../words/amounts.ts'
import { stopReasonText } from '../words/rollout-words.ts'
import { useAnnounce } from './announcer.tsx'
import { Button } from './button.tsx'
import type { IconName } from './icon.tsx'
import { ProblemNotice } from './problem-notice.tsx'

const ACTIONS: Readonly<
  Record<RolloutAction, { readonly label: string; readonly icon: IconName; readonly done: string }>
> = {
  start: { label: 'Start', icon: 'play', done: 'Rollout started' },
  pause: { label: 'Pause', icon: 'pause', done: 'Rollout paused' },
  resume: { label: 'Resume', icon: 'play', done: 'Rollout resumed' },
  abort: { label: 'Abort', icon: 'stop', done: 'Rollout aborted' },
  'retry-failed': { label: 'Retry failed', icon: 'retry', done: 'Failed devices are offered the release again' },
}

/** The first is the one most wanted, and shown so, unless the rollout was stopped or is over: then none is urged. */
const ALLOWED: Readonly<Record<RolloutState, readonly RolloutAction[]>> = {
  planned: ['start', 'abort'],
  running: ['pause', 'retry-failed', 'abort'],
  paused: ['resume', 'retry-failed', 'abort'],
  stopped: ['resume', 'retry-failed', 'abort'],
  aborted: [],
  finished: ['retry-failed', 'pause', 'abort'],
}

const URGED: readonly RolloutState[] = ['planned', 'running', 'paused']

// Not needed to show the page, but there before anybody can press a button that asks.
const loadDialog = () => import('./confirm-dialog.tsx')
const ConfirmDialog = lazy(async () => ({ default: (await loadDialog()).ConfirmDialog }))

type RolloutActionsProps = { rollout: RolloutView; only?: RolloutAction }

export function RolloutActions({ rollout, only }: RolloutActionsProps) {
  const { mutate, isPending, error, variables } = useRolloutAction(rollout.id)
  const announce = useAnnounce()
  const [asked, setAsked] = useState<RolloutAction>()
  const { counts, state } = rollout

  useEffect(() => {
    void loadDialog()
  }, [])
  const hasFailed = counts.failed + counts.fellBack + counts.silent > 0

  const act = (action: RolloutAction) => mutate(action, { onSuccess: () => announce(ACTIONS[action].done) })
  const press = (action: RolloutAction) => (isAskedFirst(action, state) ? setAsked(action) : act(action))
  const offered = ALLOWED[state]
    .filter((action) => action !== 'retry-failed' || hasFailed)
    .filter((action) => only === undefined || action === only)

  return (
    <>
      {offered.map((action, place) => (
        <Button
          key={action}
          icon={ACTIONS[action].icon}
          weight={action === 'abort' ? 'quiet' : place === 0 && URGED.includes(state) ? 'strong' : 'plain'}
          busy={isPending && variables === action}
          onClick={() => press(action)}
          aria-label={`${ACTIONS[action].label} the rollout of ${rollout.product} ${rollout.version}`}
        >
          {ACTIONS[action].label}
        </Button>
      ))}
      {error && (
        <div className="basis-full">
          <ProblemNotice error={error} />
        </div>
      )}
      {asked && (
        <Suspense>
          <Question rollout={rollout} asked={asked} close={() => setAsked(undefined)} act={() => act(asked)} />
        </Suspense>
      )}
    </>
  )
}

function isAskedFirst(action: RolloutAction, state: RolloutState): boolean {
  return action === 'abort' || state === 'stopped'
}

type QuestionProps = { rollout: RolloutView; asked: RolloutAction; close: () => void; act: () => void }

function Question({ rollout, asked, close, act }: QuestionProps) {
  const { counts, product, version, stopReason } = rollout
  if (asked === 'abort') {
    return (
      <ConfirmDialog
        title={`Abort the rollout of ${product} ${version}?`}
        confirm="Abort the rollout"
        weight="danger"
        close={close}
        act={act}
      >
        <p>No further device is offered this release, and the rollout cannot be taken up again.</p>
        <p>
          {counts.underWay > 0 && `${countText(counts.underWay, 'device')} under way may still finish. `}
          {countText(counts.confirmed, 'device')} confirmed: the new version stays there.
        </p>
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog
      title={`${ACTIONS[asked].label} although the stop rule fired?`}
      confirm={ACTIONS[asked].label}
      weight="strong"
      close={close}
      act={act}
    >
      {stopReason && <p>{stopReasonText(stopReason)}</p>}
      <p>
        {asked === 'retry-failed' && 'The devices that failed are offered this release again. '}
        The rollout goes on, and further devices are offered it: do so only if the cause lies outside the release.
      </p>
    </ConfirmDialog>
  )
}
