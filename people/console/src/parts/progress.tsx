// A progress bar with its text, read out by a screen reader as that text.

import { Progress as Bar } from '@base-ui/react/progress'

type ProgressProps = { label: string; percent: number; text: string; quiet?: boolean }

export function Progress({ label, percent, text, quiet = false }: ProgressProps) {
  return (
    <Bar.Root value={percent} aria-label={label} getAriaValueText={() => text} className="block">
      {!quiet && (
        <span className="mb-1.5 flex justify-between gap-3">
          <span className="font-medium">{label}</span>
          <span className="text-soft tabular-nums">{text}</span>
        </span>
      )}
      <Bar.Track className="block h-2 overflow-hidden rounded-full bg-well">
        <Bar.Indicator className="block h-full rounded-full bg-busy-fill motion-safe:transition-[width] duration-300" />
      </Bar.Track>
    </Bar.Root>
  )
}
