// Labelled fields of a form.

import { useId } from 'react'

const LOOK = 'min-h-9 w-full rounded-lg bg-card px-3 ring-1 ring-edge ring-inset'

type SelectFieldProps = { label: string; value: string; change: (to: string) => void; options: readonly string[] }

export function SelectField({ label, value, change, options }: SelectFieldProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => change(event.target.value)} className={LOOK}>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </div>
  )
}

type NumberFieldProps = { label: string; value: number; change: (to: number) => void }

export function NumberField({ label, value, change }: NumberFieldProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {label}
      </label>
      <input
        id={id}
        type="number"
        required
        min={0}
        step="any"
        value={Number.isNaN(value) ? '' : value}
        onChange={(event) => change(event.target.valueAsNumber)}
        className={`${LOOK} tabular-nums`}
      />
    </div>
  )
}
