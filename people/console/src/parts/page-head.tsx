// The head of each page: its name, which takes the focus after a change of page, and what can be done there.

import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Icon } from './icon.tsx'

type PageHeadProps = {
  title: string
  back?: { to: '/' | '/rollouts'; label: string }
  /** Beside the title. */
  status?: React.ReactNode
  lead?: React.ReactNode
  actions?: React.ReactNode
}

let isFirstPage = true

export function PageHead({ title, back, status, lead, actions }: PageHeadProps) {
  const head = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    document.title = `${title} · Sealift`
  }, [title])

  // The first page is read from its top; from then on a screen reader is told where it has come to.
  useEffect(() => {
    if (!isFirstPage) head.current?.focus({ preventScroll: true })
    isFirstPage = false
  }, [])

  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        {back && (
          <Link
            to={back.to}
            className="-ml-1 mb-1 inline-flex min-h-6 items-center gap-1 rounded text-sm text-soft hover:text-ink"
          >
            <Icon name="left" className="size-3.5" />
            {back.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 ref={head} tabIndex={-1} className="min-w-0 text-2xl font-semibold tracking-tight break-words">
            {title}
          </h1>
          {status}
        </div>
        {lead && <p className="mt-1 text-soft">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}
