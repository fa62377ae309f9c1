// One rollout in a list: what, how far, how it stands; and Pause, one click away while it runs.

import type { RolloutView } from '@sealift/protocol'
import { Link } from '@tanstack/react-router'
import { countText, numberText } from '../words/amounts.ts'
import { STATE_WORDS, stopReasonText } from '../words/rollout-words.ts'
import { OutcomeBar } from './outcome-bar.tsx'
import { RolloutActions } from './rollout-actions.tsx'
import { StatusPill } from './status.tsx'
import { When } from './when.tsx'

export function RolloutRow({ rollout }: { rollout: RolloutView }) {
  const { id, product, version, state, counts, wave, waves, stopReason, createdAtMs } = rollout
  const waveName = waves[wave]?.name
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 border-b border-line px-5 py-4 last:border-0">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link to="/rollouts/$rollout" params={{ rollout: id }} className="font-semibold hover:text-accent">
            {product} <span className="tabular-nums">{version}</span>
          </Link>
          <StatusPill {...STATE_WORDS[state]} />
        </div>
        <div className="mt-2.5 mb-1.5">
          <OutcomeBar label={`${product} ${version}`} counts={counts} />
        </div>
        <p className="flex flex-wrap justify-between gap-x-4 text-xs text-soft tabular-nums">
          <span>
            {numberText(counts.confirmed)} of {countText(counts.devices, 'device')} confirmed
            {state === 'running' && waveName !== undefined && ` · wave ${wave + 1} of ${waves.length}, ${waveName}`}
          </span>
          <span>
            made <When atMs={createdAtMs} />
          </span>
        </p>
        {state === 'stopped' && stopReason && <p className="mt-1 text-xs text-bad">{stopReasonText(stopReason)}</p>}
      </div>
      {state === 'running' && <RolloutActions rollout={rollout} only="pause" />}
    </li>
  )
}
