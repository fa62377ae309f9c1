// Facts of a fault or a journal entry, as names and values.

export function Facts({ facts }: { facts: Readonly<Record<string, string | number | boolean>> }) {
  const entries = Object.entries(facts)
  if (entries.length === 0) return null
  return (
    <dl className="flex flex-wrap gap-x-3 gap-y-0.5 font-mono text-xs">
      {entries.map(([name, value]) => (
        <div key={name} className="flex min-w-0 gap-1">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-all">{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
