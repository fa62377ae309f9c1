// A card with a heading: the one container of the console.

type CardProps = { title?: string; aside?: React.ReactNode; children: React.ReactNode; flush?: boolean }

export function Card({ title, aside, children, flush = false }: CardProps) {
  return (
    <section className="rounded-xl bg-card shadow-card ring-1 ring-line" aria-label={title}>
      {title && (
        <header className="flex min-h-13 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-5 pt-3.5 pb-1">
          <h2 className="text-[0.9375rem] font-semibold tracking-tight">{title}</h2>
          {aside}
        </header>
      )}
      <div className={flush ? '' : `px-5 pb-5 ${title ? 'pt-2' : 'pt-5'}`}>{children}</div>
    </section>
  )
}
