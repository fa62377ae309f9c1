// A bar of parts with its legend: the legend says in text all that the bar shows.

import { countText, numberText, shareText } from '../words/amounts.ts'

export type Part = {
  readonly key: string
  readonly label: string
  readonly amount: number
  /** Class of the fill. */
  readonly fill: string
  /** Written inside the part where there is room; leave out where the fill is too light for it. */
  readonly inside?: string
}

type StackedBarProps = { label: string; parts: readonly Part[]; noun: string; tall?: boolean }

const ROOM_FOR_LABEL = 0.12

export function StackedBar({ label, parts, noun, tall = false }: StackedBarProps) {
  const total = parts.reduce((sum, { amount }) => sum + amount, 0)
  const shown = parts.filter(({ amount }) => amount > 0)
  const text = shown.map((part) => `${part.label}: ${countText(part.amount, noun)}`).join(', ')
  return (
    <div
      role="img"
      aria-label={`${label}: ${text || 'nothing yet'}`}
      className={`flex gap-0.5 overflow-hidden rounded-md bg-well ${tall ? 'h-7' : 'h-2.5'}`}
    >
      {shown.map((part) => (
        <div
          key={part.key}
          className={`flex min-w-1 items-center overflow-hidden motion-safe:transition-[flex-grow] duration-500 ${part.fill}`}
          style={{ flexGrow: part.amount, flexBasis: 0 }}
        >
          {tall && part.inside && part.amount / total > ROOM_FOR_LABEL && (
            <span className="truncate px-2.5 text-xs font-semibold">{part.inside}</span>
          )}
        </div>
      ))}
    </div>
  )
}

export function Legend({ parts }: { parts: readonly Part[] }) {
  const total = parts.reduce((sum, { amount }) => sum + amount, 0)
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5">
      {parts.map((part) => (
        <li key={part.key} className="flex items-center gap-2">
          <span aria-hidden="true" className={`size-2.5 rounded-[3px] ${part.fill}`} />
          <span className="font-medium tabular-nums">{part.label}</span>
          <span className="text-soft tabular-nums">
            {numberText(part.amount)} · {shareText(part.amount, total)}
          </span>
        </li>
      ))}
    </ul>
  )
}
