// Facts of a fault or a journal entry, as names and values.

import { When } from './when.tsx'

type Fact = string | number | boolean

const SHA256 = /^[0-9a-f]{64}$/

export function Facts({ facts }: { facts: Readonly<Record<string, Fact>> }) {
  const entries = Object.entries(facts)
  if (entries.length === 0) return null
  return (
    <dl className="flex flex-wrap gap-x-3 gap-y-0.5 font-mono text-xs">
      {entries.map(([name, value]) => (
        <div key={name} className="flex min-w-0 gap-1">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-all">
            <Value name={name} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ name, value }: { name: string; value: Fact }) {
  if (typeof value === 'number' && name.endsWith('AtMs')) return <When atMs={value} as="time" />
  if (typeof value === 'string' && SHA256.test(value)) return <span title={value}>{value.slice(0, 12)}…</span>
  return String(value)
}
