// The waves of a rollout as steps of a path: done, under way, to come.

import type { RolloutState, RolloutView } from '@sealift/protocol'
import { countText, sharePercent } from '../words/amounts.ts'
import { settledOf } from '../words/outcomes.ts'
import { holdText, waveDevicesText } from '../words/rollout-words.ts'
import { spanText } from '../words/times.ts'
import { useTenths } from './announcer.tsx'
import { useNow } from './now.tsx'

type Place = 'done' | 'now' | 'to come'

const HALTED: Readonly<Partial<Record<RolloutState, string>>> = {
  paused: 'bg-warn-fill',
  stopped: 'bg-bad-fill',
  aborted: 'bg-edge',
}

export function WaveTrack({ rollout }: { rollout: RolloutView }) {
  const { counts, state, wave, waves } = rollout
  const settled = settledOf(counts)
  const percent = sharePercent(settled, counts.inWave)
  const text = `${settled} of ${countText(counts.inWave, 'device')} settled`
  useTenths(percent, `Wave ${wave + 1}: ${text}`)
  const began = state !== 'planned'

  return (
    <ol className="grid gap-x-2 gap-y-4 sm:auto-cols-fr sm:grid-flow-col">
      {waves.map(({ name, size, holdMs }, index) => {
        const place: Place = !began || index > wave ? 'to come' : index < wave ? 'done' : 'now'
        return (
          <li key={name} aria-current={place === 'now' ? 'step' : undefined} className="min-w-0">
            <WaveBar place={place} state={state} percent={percent} label={`Wave ${name}`} text={text} />
            <p className="mt-2 truncate font-medium">{name}</p>
            <p className="text-xs text-soft">{waveDevicesText(size, counts.devices)}</p>
            <p className={`text-xs ${place === 'now' && state === 'running' ? 'text-busy' : 'text-soft'}`}>
              {place === 'done' && 'done'}
              {place === 'to come' && holdText(holdMs)}
              {place === 'now' && <>{text}</>}
            </p>
            {place === 'now' && state === 'running' && <NextWave rollout={rollout} holdMs={holdMs} />}
          </li>
        )
      })}
    </ol>
  )
}

type WaveBarProps = { place: Place; state: RolloutState; percent: number; label: string; text: string }

function WaveBar({ place, state, percent, label, text }: WaveBarProps) {
  const width = place === 'done' ? 100 : place === 'now' ? Math.max(percent, 3) : 0
  const fill = place === 'done' ? 'bg-good-fill' : (HALTED[state] ?? 'bg-busy-fill')
  const bar = (
    <div
      className={`h-full rounded-full motion-safe:transition-[width] duration-500 ${fill}`}
      style={{ width: `${width}%` }}
    />
  )
  const look = 'h-2 overflow-hidden rounded-full bg-well ring-1 ring-inset ring-line'
  if (place !== 'now') return <div className={look}>{bar}</div>
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className={look}
    >
      {bar}
    </div>
  )
}

function NextWave({ rollout, holdMs }: { rollout: RolloutView; holdMs: number }) {
  const nowMs = useNow()
  if (rollout.waveStartedAtMs === null) return null
  const leftMs = rollout.waveStartedAtMs + holdMs - nowMs
  const isLast = rollout.wave === rollout.waves.length - 1
  const what = isLast ? 'done' : 'next wave'
  return (
    <p className="text-xs text-soft">
      {leftMs > 0 ? `${what} in ${spanText(leftMs)} at the earliest` : `${what} once settled`}
    </p>
  )
}
