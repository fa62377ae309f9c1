// What a planned rollout would do: whom it reaches, how bad it could get, and in which order.

import type { RolloutPreview } from '@sealift/protocol'
import { Link } from '@tanstack/react-router'
import { countText, numberText } from '../words/amounts.ts'
import { holdText } from '../words/rollout-words.ts'
import { Card } from './card.tsx'

export function Preview({ preview }: { preview: RolloutPreview }) {
  const { devices, worstCase, waves, needsOwner, firstWave } = preview
  return (
    <Card title="Before you start" aside={<span className="text-soft">Nothing has been sent yet.</span>}>
      <dl className="grid gap-4 sm:grid-cols-3">
        <Figure name="Devices" amount={devices}>
          would be offered this release, wave after wave
        </Figure>
        <Figure name="Worst case" amount={worstCase}>
          could be reached by a bad release before the stop rule can act
        </Figure>
        <div>
          <dt className="text-soft">Owners</dt>
          <dd>
            <span className="block text-2xl font-semibold tracking-tight">
              {needsOwner ? 'Are asked' : 'Not asked'}
            </span>
            <span className="text-xs text-soft">
              {needsOwner
                ? 'each device waits for its owner’s word'
                : 'a security update goes by itself, owners may defer it'}
            </span>
          </dd>
        </div>
      </dl>

      <h3 className="mt-6 mb-2 font-medium">Waves</h3>
      <ol className="divide-y divide-line">
        {waves.map((wave, index) => (
          <li key={wave.name} className="flex flex-wrap items-baseline gap-x-4 py-2">
            <span className="w-5 text-right text-soft tabular-nums">{index + 1}</span>
            <span className="min-w-0 flex-1 font-medium">{wave.name}</span>
            <span className="tabular-nums">{countText(wave.devices, 'device')}</span>
            <span className="w-36 text-right text-soft max-sm:w-full">{holdText(wave.holdMs)}</span>
          </li>
        ))}
      </ol>

      {firstWave.length > 0 && (
        <>
          <h3 className="mt-5 mb-2 font-medium">First wave</h3>
          <ul className="flex flex-wrap gap-1.5">
            {firstWave.map((device) => (
              <li key={device}>
                <Link
                  to="/devices/$device"
                  params={{ device }}
                  className="inline-flex min-h-7 items-center rounded-md bg-well px-2.5 text-xs font-medium hover:text-accent"
                >
                  {device}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

function Figure({ name, amount, children }: { name: string; amount: number; children: string }) {
  return (
    <div>
      <dt className="text-soft">{name}</dt>
      <dd>
        <span className="block text-2xl font-semibold tracking-tight tabular-nums">{numberText(amount)}</span>
        <span className="text-xs text-soft">{children}</span>
      </dd>
    </div>
  )
}
