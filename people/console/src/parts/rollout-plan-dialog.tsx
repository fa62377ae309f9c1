// Plan a rollout: which release, in which waves, stopped by what. Nothing reaches a device before Start on the next page.

import { DEFAULT_STOP_RULE, DEFAULT_WAVES, type ReleaseView, type StopRule, type Wave } from '@sealift/protocol'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useRolloutPlan } from '../api/actions.ts'
import { wavesText } from '../words/rollout-words.ts'
import { spanText } from '../words/times.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { NumberField, SelectField } from './form-fields.tsx'
import { ProblemNotice } from './problem-notice.tsx'

type Pace = { readonly name: string; readonly waves: readonly Wave[] }

const QUARTER_MS = 15 * 60_000

const PACES: readonly Pace[] = [
  { name: 'Careful', waves: DEFAULT_WAVES },
  {
    name: 'Small fleet',
    waves: [
      { name: 'first', size: { devices: 1 }, holdMs: QUARTER_MS },
      { name: '25 %', size: { percent: 25 }, holdMs: QUARTER_MS },
      { name: 'all', size: { percent: 100 }, holdMs: QUARTER_MS },
    ],
  },
  { name: 'All at once', waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] },
]

type RolloutPlanDialogProps = {
  releases: readonly ReleaseView[]
  /** `product/version` to begin with. */
  chosen?: string
  isOpen: boolean
  close: () => void
}

export function RolloutPlanDialog({ releases, chosen, isOpen, close }: RolloutPlanDialogProps) {
  return (
    <Dialog isOpen={isOpen} close={close} title="Plan a rollout">
      <PlanForm releases={releases} chosen={chosen} close={close} />
    </Dialog>
  )
}

function PlanForm({
  releases,
  chosen,
  close,
}: Omit<RolloutPlanDialogProps, 'isOpen' | 'chosen'> & { chosen: string | undefined }) {
  const navigate = useNavigate()
  const { mutate, isPending, error } = useRolloutPlan()
  const [release, setRelease] = useState(chosen ?? nameOf(releases[0]))
  const [pace, setPace] = useState(0)
  const [rule, setRule] = useState<StopRule>(DEFAULT_STOP_RULE)
  const waves = (PACES[pace] ?? PACES[0])?.waves ?? DEFAULT_WAVES

  function plan() {
    const { product, version } = releases.find((candidate) => nameOf(candidate) === release) ?? {}
    if (product === undefined || version === undefined) return
    mutate(
      { product, version, waves: [...waves], stopRule: rule },
      {
        onSuccess: ({ id }) => {
          close()
          void navigate({ to: '/rollouts/$rollout', params: { rollout: id } })
        },
      },
    )
  }

  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        plan()
      }}
    >
      <SelectField label="Release" value={release} change={setRelease} options={releases.map(nameOf)} />

      <fieldset>
        <legend className="mb-1.5 font-medium">Waves</legend>
        <div className="space-y-2">
          {PACES.map(({ name, waves: steps }, index) => (
            <label
              key={name}
              className="flex cursor-pointer items-start gap-3 rounded-lg p-3 ring-1 ring-line ring-inset hover:bg-well has-checked:bg-accent-wash has-checked:ring-accent"
            >
              <input
                type="radio"
                name="pace"
                checked={pace === index}
                onChange={() => setPace(index)}
                className="mt-1 size-4 shrink-0 accent-accent"
              />
              <span>
                <span className="block font-medium">{name}</span>
                <span className="block text-soft">
                  {wavesText(steps)}
                  {steps.length > 1 && `, each watched for ${spanText(steps[0]?.holdMs ?? 0)}`}
                </span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>

      <fieldset>
        <legend className="mb-1.5 font-medium">Stop by itself</legend>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {RULE_FIELDS.map(({ name, label }) => (
            <NumberField
              key={name}
              label={label}
              value={rule[name]}
              change={(to) => setRule({ ...rule, [name]: to })}
            />
          ))}
        </div>
        <p className="mt-2 text-xs text-soft">
          Shares are judged once as many devices as the last field says came to an end. A refused signature stops at
          once.
        </p>
      </fieldset>

      {error && <ProblemNotice error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" weight="strong" busy={isPending}>
          Plan it, then look
        </Button>
      </div>
    </form>
  )
}

const RULE_FIELDS = [
  { name: 'failedPercent', label: 'Failed, %' },
  { name: 'rolledBackPercent', label: 'Fell back, %' },
  { name: 'silentPercent', label: 'Silent, %' },
  { name: 'devicesMin', label: 'From devices' },
] as const satisfies readonly { name: keyof StopRule; label: string }[]

function nameOf(release: ReleaseView | undefined): string {
  return release ? `${release.product} ${release.version}` : ''
}
