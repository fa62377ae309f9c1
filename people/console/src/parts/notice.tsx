// One thing the reader should know before the rest of the page.

import type { Tone } from '../words/standing.ts'
import { Shape } from './status.tsx'

type NoticeTone = Extract<Tone, 'warn' | 'bad' | 'busy'>

const LOOK: Readonly<Record<NoticeTone, { readonly wash: string; readonly ink: string }>> = {
  warn: { wash: 'bg-warn-wash', ink: 'text-warn' },
  bad: { wash: 'bg-bad-wash', ink: 'text-bad' },
  busy: { wash: 'bg-busy-wash', ink: 'text-busy' },
}

export function Notice({ tone, title, children }: { tone: NoticeTone; title: string; children: React.ReactNode }) {
  const { wash, ink } = LOOK[tone]
  return (
    <section aria-label={title} className={`mb-5 flex gap-3.5 rounded-xl p-4 ring-1 ring-line ${wash}`}>
      <span className={`mt-0.5 ${ink}`}>
        <Shape tone={tone} className="size-5" />
      </span>
      <div className="min-w-0">
        <h2 className={`font-semibold ${ink}`}>{title}</h2>
        <div className="mt-0.5 space-y-1 leading-relaxed">{children}</div>
      </div>
    </section>
  )
}
