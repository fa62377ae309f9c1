// How many devices are in each step of an update right now, in the order of its life.

import { DEVICE_STEPS, type FleetView, type Step } from '@sealift/protocol'
import { numberText } from '../words/amounts.ts'

const STEPS: readonly Step[] = ['rest', ...DEVICE_STEPS]

export function StepStrip({ byStep }: { byStep: FleetView['byStep'] }) {
  const devicesIn = new Map(byStep.map(({ step, devices }) => [step, devices]))
  return (
    <ol className="grid grid-cols-4 gap-1.5 sm:grid-cols-8 sm:gap-2">
      {STEPS.map((step) => (
        <StepCell key={step} step={step} devices={devicesIn.get(step) ?? 0} />
      ))}
    </ol>
  )
}

function StepCell({ step, devices }: { step: Step; devices: number }) {
  const isBusy = devices > 0 && step !== 'rest'
  return (
    <li className={`rounded-lg px-2 py-2 sm:px-3.5 sm:py-2.5 ${isBusy ? 'bg-busy-wash' : 'bg-well'}`}>
      <span
        className={`block text-lg leading-tight font-semibold tabular-nums ${isBusy ? 'text-busy' : devices > 0 ? 'text-ink' : 'text-soft'}`}
      >
        {numberText(devices)}
      </span>
      <span className="block truncate text-xs text-soft first-letter:uppercase">{step}</span>
    </li>
  )
}
