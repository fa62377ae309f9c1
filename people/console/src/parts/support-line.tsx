// The support period of a product as a line in time, with its four dates in text.

import type { ProductView } from '@sealift/protocol'
import { longSpanText } from '../words/times.ts'
import { useNow } from './now.tsx'
import { When } from './when.tsx'

type Support = ProductView['support']

export function SupportLine({ name, support }: { name: string; support: Support }) {
  return (
    <>
      <Span name={name} support={support} />
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Milestone name="Available" date={support.general_availability} />
        <Milestone name="End of sales" date={support.end_of_sales} />
        <Milestone name="End of security updates" date={support.end_of_security_support} />
        <Milestone name="End of life" date={support.end_of_life} />
      </dl>
    </>
  )
}

/** How much of the time with security updates has gone by; nothing when a date is still to be announced. */
function Span({ name, support }: { name: string; support: Support }) {
  const nowMs = useNow()
  const fromMs = Date.parse(support.general_availability)
  const toMs = Date.parse(support.end_of_security_support)
  if (Number.isNaN(toMs)) return <p className="mt-4 text-soft">The end of security updates is still to be announced.</p>

  const leftMs = toMs - nowMs
  const text =
    leftMs > 0
      ? `Security updates for another ${longSpanText(leftMs)}`
      : `No security updates for ${longSpanText(-leftMs)}`
  const gone = Number.isNaN(fromMs) ? 0 : Math.min(1, Math.max(0, (nowMs - fromMs) / (toMs - fromMs)))
  return (
    <div className="mt-4">
      <p className={`mb-2 font-medium ${leftMs > 0 ? '' : 'text-bad'}`}>{text}</p>
      <div
        role="img"
        aria-label={`${name}: ${text}`}
        className="h-2 overflow-hidden rounded-full bg-well ring-1 ring-inset ring-line"
      >
        <div
          className={`h-full rounded-full ${leftMs > 0 ? 'bg-busy-fill' : 'bg-bad-fill'}`}
          style={{ width: `${100 * gone}%` }}
        />
      </div>
    </div>
  )
}

function Milestone({ name, date }: { name: string; date: string }) {
  return (
    <div>
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="font-medium">{date === 'tba' ? 'to be announced' : <When atMs={Date.parse(date)} as="date" />}</dd>
    </div>
  )
}
