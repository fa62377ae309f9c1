// Where the devices of a rollout stand, as one bar; in full with its counts as tiles below.

import type { RolloutCounts } from '@sealift/protocol'
import { numberText } from '../words/amounts.ts'
import { type Outcome, type OutcomeName, outcomesOf } from '../words/outcomes.ts'
import type { Tone } from '../words/standing.ts'
import { StackedBar } from './stacked-bar.tsx'
import { Shape } from './status.tsx'

const LOOK: Readonly<Record<OutcomeName, { readonly fill: string; readonly ink: string; readonly tone: Tone }>> = {
  confirmed: { fill: 'bg-good-fill', ink: 'text-good', tone: 'good' },
  underWay: { fill: 'bg-busy-fill', ink: 'text-busy', tone: 'busy' },
  waiting: { fill: 'bg-warn-fill', ink: 'text-warn', tone: 'warn' },
  fellBack: { fill: 'bg-bad-fill', ink: 'text-bad', tone: 'bad' },
  failed: { fill: 'bg-bad-fill', ink: 'text-bad', tone: 'bad' },
  silent: { fill: 'bg-bad-fill', ink: 'text-bad', tone: 'bad' },
  toCome: { fill: 'bg-well', ink: 'text-soft', tone: 'calm' },
}

export function OutcomeBar({ label, counts, tall = false }: { label: string; counts: RolloutCounts; tall?: boolean }) {
  const parts = outcomesOf(counts).map(({ name, label: word, devices }) => ({
    key: name,
    label: word,
    amount: devices,
    fill: LOOK[name].fill,
  }))
  return <StackedBar label={label} parts={parts} noun="device" tall={tall} />
}

export function OutcomeTiles({ counts }: { counts: RolloutCounts }) {
  return (
    <dl className="mt-4 grid grid-cols-[repeat(auto-fit,minmax(4.75rem,1fr))] gap-x-2 gap-y-4">
      {outcomesOf(counts).map((outcome) => (
        <Tile key={outcome.name} {...outcome} />
      ))}
    </dl>
  )
}

function Tile({ name, label, devices }: Outcome) {
  const { ink, tone } = LOOK[name]
  return (
    <div className="flex flex-col-reverse justify-end">
      <dt className="text-xs whitespace-nowrap text-soft">{label}</dt>
      <dd className={`flex items-center gap-1.5 text-xl font-semibold tabular-nums ${devices > 0 ? ink : 'text-soft'}`}>
        <Shape tone={devices > 0 ? tone : 'calm'} />
        {numberText(devices)}
      </dd>
    </div>
  )
}
