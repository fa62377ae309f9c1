// One rollout: how far it is, where its devices stand, why it stopped, and what can be done.

import type { RolloutPlan, RolloutView, StopRule } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { previewQuery, rolloutQuery } from '../api/queries.ts'
import { Card } from '../parts/card.tsx'
import { DeviceList } from '../parts/device-list.tsx'
import { Empty } from '../parts/empty.tsx'
import { Field, FieldList } from '../parts/field-list.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Notice } from '../parts/notice.tsx'
import { OutcomeBar, OutcomeTiles } from '../parts/outcome-bar.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Preview } from '../parts/preview.tsx'
import { RolloutActions } from '../parts/rollout-actions.tsx'
import { StatusPill } from '../parts/status.tsx'
import { WaveTrack } from '../parts/wave-track.tsx'
import { When } from '../parts/when.tsx'
import { countText, numberText, shareText } from '../words/amounts.ts'
import { STATE_WORDS, STOP_NEXT, stopReasonText, stopRuleLines } from '../words/rollout-words.ts'

const route = getRouteApi('/rollouts/$rollout')

export function RolloutPage() {
  const { rollout: id } = route.useParams()
  const rollout = useQuery(rolloutQuery(id))
  return (
    <>
      <Head id={id} rollout={rollout.data} />
      <Loaded query={rollout} height="h-96">
        {(view) => (
          <>
            <StopNotice rollout={view} />
            <div className="space-y-5">
              {view.state === 'planned' ? <Planned rollout={view} /> : <Begun rollout={view} />}
            </div>
          </>
        )}
      </Loaded>
    </>
  )
}

function Head({ id, rollout }: { id: string; rollout: RolloutView | undefined }) {
  const title = rollout ? `${rollout.product} ${rollout.version}` : `Rollout ${id}`
  return (
    <PageHead
      title={title}
      back={{ to: '/rollouts', label: 'Rollouts' }}
      status={rollout && <StatusPill {...STATE_WORDS[rollout.state]} />}
      lead={
        rollout && (
          <>
            Rollout {id} · made <When atMs={rollout.createdAtMs} as="time" />
          </>
        )
      }
      actions={rollout && <RolloutActions rollout={rollout} />}
    />
  )
}

function StopNotice({ rollout: { state, stopReason } }: { rollout: RolloutView }) {
  if (state === 'paused') {
    return (
      <Notice tone="warn" title="Paused">
        <p>No further device is offered this release. The same devices go on when it is resumed.</p>
      </Notice>
    )
  }
  if (state !== 'stopped' || !stopReason) return null
  return (
    <Notice tone="bad" title="Stopped by its stop rule">
      <p>
        {stopReasonText(stopReason)} Since <When atMs={stopReason.atMs} as="time" /> no further device is offered this
        release.
      </p>
      <p className="text-soft">{STOP_NEXT[stopReason.rule]}</p>
    </Notice>
  )
}

function Begun({ rollout }: { rollout: RolloutView }) {
  return (
    <>
      <Card title="Waves">
        <WaveTrack rollout={rollout} />
      </Card>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="space-y-5">
          <Outcomes rollout={rollout} />
          <Devices rollout={rollout} />
        </div>
        <StopRuleCard rule={rollout.stopRule} />
      </div>
    </>
  )
}

function Outcomes({ rollout: { product, version, counts } }: { rollout: RolloutView }) {
  return (
    <Card
      title="Devices by outcome"
      aside={
        <span className="text-soft tabular-nums">
          {shareText(counts.confirmed, counts.devices)} confirmed · {numberText(counts.offered)} of{' '}
          {countText(counts.devices, 'device')} offered
        </span>
      }
    >
      <OutcomeBar label={`Devices of the rollout of ${product} ${version}`} counts={counts} tall />
      <OutcomeTiles counts={counts} />
    </Card>
  )
}

function Devices({ rollout: { id, product, version, state } }: { rollout: RolloutView }) {
  return (
    <Card title="Devices of this rollout" flush>
      <DeviceList
        key={id}
        query={{ rollout: id }}
        caption={`Devices of the rollout of ${product} ${version}`}
        isOneProduct
        whenEmpty={
          <Empty
            icon="fleet"
            title={state === 'running' ? 'No device has been offered it yet' : 'No device is on this rollout now'}
            next="A device takes it at its next check-in, once its wave has begun."
          />
        }
      />
    </Card>
  )
}

function Planned({ rollout }: { rollout: RolloutView }) {
  const { product, version, waves, stopRule } = rollout
  const plan: RolloutPlan = { product, version, waves, stopRule }
  const preview = useQuery(previewQuery(plan))
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <Loaded query={preview} height="h-72">
        {(view) => <Preview preview={view} />}
      </Loaded>
      <StopRuleCard rule={stopRule} />
    </div>
  )
}

function StopRuleCard({ rule }: { rule: StopRule }) {
  return (
    <Card title="Stops by itself">
      <FieldList>
        {stopRuleLines(rule).map(([what, when]) => (
          <Field key={what} name={what}>
            {when}
          </Field>
        ))}
      </FieldList>
    </Card>
  )
}
