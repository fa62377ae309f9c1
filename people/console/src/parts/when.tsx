// A moment: how long ago, or the local time; always with the exact instant in its title.

import { agoText, dateText, dateTimeText } from '../words/times.ts'
import { useNow } from './now.tsx'

type WhenProps = { atMs: number; as?: 'ago' | 'time' | 'date' }

export function When({ atMs, as = 'ago' }: WhenProps) {
  const exact = new Date(atMs).toISOString()
  return (
    <time dateTime={exact} title={exact} className="whitespace-nowrap tabular-nums">
      {as === 'ago' ? <Ago atMs={atMs} /> : as === 'date' ? dateText(atMs) : dateTimeText(atMs)}
    </time>
  )
}

function Ago({ atMs }: { atMs: number }) {
  return agoText(atMs, useNow())
}
