// One device: who it is, what it runs, what it does now, why it was not updated, and all that became of it.

import type { DeviceView, WhyNot } from '@sealift/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { deviceQuery, explanationQuery } from '../api/queries.ts'
import { useTenths } from '../parts/announcer.tsx'
import { Card } from '../parts/card.tsx'
import { Coded } from '../parts/coded.tsx'
import { Digest } from '../parts/digest.tsx'
import { Empty } from '../parts/empty.tsx'
import { Field, FieldList } from '../parts/field-list.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Progress } from '../parts/progress.tsx'
import { StatusPill } from '../parts/status.tsx'
import { FaultExplained, Timeline } from '../parts/timeline.tsx'
import { When } from '../parts/when.tsx'
import { bytesText, numberText, percentText, sharePercent } from '../words/amounts.ts'
import { STEP_WORDS, standingOf } from '../words/standing.ts'

const route = getRouteApi('/devices/$device')

export function DevicePage() {
  const { device: id } = route.useParams()
  const detail = useQuery(deviceQuery(id))
  return (
    <>
      <Head id={id} device={detail.data?.device} />
      <Loaded query={detail} height="h-96">
        {({ device, timeline }) => (
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div className="space-y-5">
              <Now device={device} />
              <Card title="Timeline">
                {timeline.length === 0 ? (
                  <Empty
                    icon="clock"
                    title="Nothing has happened yet"
                    next="The device has not reported since it was enrolled."
                  />
                ) : (
                  <Timeline entries={timeline} />
                )}
              </Card>
            </div>
            <div className="space-y-5">
              <RunningCard device={device} />
              <IdentityCard device={device} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

function Head({ id, device }: { id: string; device: DeviceView | undefined }) {
  return (
    <PageHead
      title={id}
      back={{ to: '/', label: 'Fleet' }}
      status={device && <StatusPill {...standingOf(device)} />}
      lead={device && <LastHeard device={device} />}
    />
  )
}

function LastHeard({ device: { product, hardwareId, lastSeenMs } }: { device: DeviceView }) {
  return (
    <>
      {product} on {hardwareId} ·{' '}
      {lastSeenMs === null ? (
        'never heard of'
      ) : (
        <>
          last heard of <When atMs={lastSeenMs} />
        </>
      )}
    </>
  )
}

const QUESTIONS: Readonly<Partial<Record<WhyNot, string>>> = {
  up_to_date: 'Why it runs this version',
  under_way: 'What comes next',
}

function Now({ device }: { device: DeviceView }) {
  const explanation = useQuery(explanationQuery(device.id))
  return (
    <Card title="Now">
      <StepNow device={device} />
      {device.fault && <FaultExplained fault={device.fault} />}
      <Loaded query={explanation} height="h-20">
        {({ whyNot, means, next }) => (
          <div className="mt-4">
            <h3 className="text-soft">{QUESTIONS[whyNot] ?? 'Why it was not updated'}</h3>
            <p className="mt-0.5 font-medium first-letter:uppercase">{means}</p>
            <p className="mt-0.5 first-letter:uppercase">
              <Coded text={next} />
            </p>
            <code className="mt-1 block font-mono text-xs text-soft">{whyNot}</code>
          </div>
        )}
      </Loaded>
    </Card>
  )
}

function StepNow({ device: { id, step, progress, wanted, running } }: { device: DeviceView }) {
  const isChanging = wanted !== null && wanted !== running?.version
  const percent = progress ? sharePercent(progress.doneBytes, progress.ofBytes) : undefined
  useTenths(percent ?? 0, `${STEP_WORDS[step]}, ${percentText(percent ?? 0)} of ${id}`)

  if (progress && percent !== undefined && step !== 'rest') {
    return (
      <Progress
        label={`${STEP_WORDS[step]} ${wanted ?? ''}`.trim()}
        percent={percent}
        text={`${bytesText(progress.doneBytes)} of ${bytesText(progress.ofBytes)}, ${percentText(percent)}`}
      />
    )
  }
  return (
    <p className="font-medium">
      {STEP_WORDS[step]}
      {isChanging && <span className="text-soft"> · meant to run {wanted}</span>}
    </p>
  )
}

function RunningCard({ device: { id, running, wanted, rolloutId } }: { device: DeviceView }) {
  return (
    <Card title="Running">
      <FieldList>
        <Field name="Version">{running?.version ?? 'not reported yet'}</Field>
        {running && (
          <>
            <Field name="SHA-256">
              <Digest sha256={running.sha256} of={id} />
            </Field>
            <Field name="Security counter">{numberText(running.securityCounter)}</Field>
          </>
        )}
        <Field name="Wanted">{wanted ?? 'nothing else'}</Field>
        {rolloutId !== null && (
          <Field name="Rollout">
            <Link to="/rollouts/$rollout" params={{ rollout: rolloutId }} className="text-accent underline">
              {rolloutId}
            </Link>
          </Field>
        )}
      </FieldList>
    </Card>
  )
}

function IdentityCard({ device }: { device: DeviceView }) {
  return (
    <Card title="Identity">
      <FieldList>
        <Field name="Product">{device.product}</Field>
        <Field name="Hardware">{device.hardwareId}</Field>
        <Field name="Certificate">{device.status}</Field>
        <Field name="Enrolled">
          <When atMs={device.enrolledAtMs} as="time" />
        </Field>
        <Field name="Boots">{numberText(device.bootCount)}</Field>
      </FieldList>
    </Card>
  )
}
