// Names and values of one thing, in two columns.

export function FieldList({ children }: { children: React.ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>
}

export function Field({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 py-1.5">
      <dt className="text-soft">{name}</dt>
      <dd className="ml-auto min-w-0 text-right font-medium break-words">{children}</dd>
    </div>
  )
}
