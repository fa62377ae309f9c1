// What became of a device, newest first; every fault is explained where it happened.

import { type FaultView, faultKind, isFaultCode, type TimelineEntry } from '@sealift/protocol'
import type { Tone } from '../words/standing.ts'
import { Coded } from './coded.tsx'
import { Facts } from './facts.tsx'
import { Shape } from './status.tsx'
import { When } from './when.tsx'

const TONES: Readonly<Record<string, Tone>> = {
  confirmed: 'good',
  installed: 'busy',
  booted: 'busy',
  progress: 'busy',
  'awaiting-owner': 'warn',
  'owner-refused': 'warn',
  'owner-deferred': 'warn',
  refused: 'bad',
  'fell-back': 'bad',
}

const INK: Readonly<Record<Tone, string>> = {
  calm: 'text-soft',
  good: 'text-good',
  busy: 'text-busy',
  warn: 'text-warn',
  bad: 'text-bad',
}

export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const newestFirst = entries.toSorted((have, want) => want.atMs - have.atMs)
  return (
    <ol className="relative">
      {newestFirst.map((entry, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: counted from the oldest, an entry keeps its number
        <Entry key={entries.length - place} entry={entry} />
      ))}
    </ol>
  )
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const tone = entry.fault ? 'bad' : (TONES[entry.event] ?? 'calm')
  return (
    <li className="group relative flex gap-3 pb-5 last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-6 bottom-0 left-2 w-px -translate-x-1/2 bg-line group-last:hidden"
      />
      <span className={`mt-0.5 ${INK[tone]}`}>
        <Shape tone={tone} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 sm:flex-nowrap">
          <p className="font-medium first-letter:uppercase">{entry.text}</p>
          <span className="text-xs text-soft">
            <When atMs={entry.atMs} as="time" />
          </span>
        </div>
        <p className="text-xs text-soft">
          {entry.event} · {entry.step}
          {entry.version && ` · ${entry.version}`}
        </p>
        {entry.fault && <FaultExplained fault={entry.fault} />}
      </div>
    </li>
  )
}

/** The row of the fault table behind a code, with the facts of this one. */
export function FaultExplained({ fault }: { fault: FaultView }) {
  const kind = isFaultCode(fault.code) ? faultKind(fault.code) : undefined
  return (
    <div className="mt-2 rounded-lg bg-bad-wash px-3.5 py-2.5">
      <p className="font-medium text-bad first-letter:uppercase">
        {kind?.means ?? 'A fault that this console does not know yet'}
      </p>
      {kind && (
        <p className="mt-0.5 first-letter:uppercase">
          <Coded text={kind.next} />
        </p>
      )}
      <div className="mt-1.5 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <code className="font-mono text-xs text-soft">{fault.code}</code>
        <Facts facts={fault.facts} />
      </div>
    </div>
  )
}
