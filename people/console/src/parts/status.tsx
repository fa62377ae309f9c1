// A status as shape, word and colour: any one of the three is enough to read it.

import type { Tone } from '../words/standing.ts'

const INK: Readonly<Record<Tone, string>> = {
  calm: 'text-soft',
  good: 'text-good',
  busy: 'text-busy',
  warn: 'text-warn',
  bad: 'text-bad',
}

const WASH: Readonly<Record<Tone, string>> = {
  calm: 'bg-well',
  good: 'bg-good-wash',
  busy: 'bg-busy-wash',
  warn: 'bg-warn-wash',
  bad: 'bg-bad-wash',
}

export function Status({ tone, label }: { tone: Tone; label: string }) {
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${INK[tone]}`}>
      <Shape tone={tone} />
      {label}
    </span>
  )
}

export function StatusPill({ tone, label }: { tone: Tone; label: string }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full py-0.5 pr-2.5 pl-1.5 text-xs font-medium whitespace-nowrap ${WASH[tone]} ${INK[tone]}`}
    >
      <Shape tone={tone} />
      {label}
    </span>
  )
}

/** Ring, tick in a disc, half disc, diamond, octagon with a cross: told apart without any colour. */
export function Shape({ tone, className = 'size-4' }: { tone: Tone; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`shrink-0 ${className}`} aria-hidden="true" focusable="false">
      {SHAPES[tone]}
    </svg>
  )
}

const SHAPES: Readonly<Record<Tone, React.ReactNode>> = {
  calm: <circle cx="8" cy="8" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  good: (
    <>
      <circle cx="8" cy="8" r="6" fill="currentColor" />
      <path d="m5.4 8.2 1.9 1.9 3.4-3.9" className="stroke-card" fill="none" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  busy: (
    <>
      <circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 2.75a5.25 5.25 0 0 1 0 10.5z" fill="currentColor" />
    </>
  ),
  warn: (
    <>
      <path d="M8 1.9 14.1 8 8 14.1 1.9 8z" fill="currentColor" />
      <path d="M8 5.2v3.2M8 10.6v.01" className="stroke-card" fill="none" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  bad: (
    <>
      <path d="M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5z" fill="currentColor" />
      <path d="m6 6 4 4m0-4-4 4" className="stroke-card" fill="none" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
}
