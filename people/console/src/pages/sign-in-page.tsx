// For who is not signed in: what the one-time link is, and what to do when it does not work any more.

import { FAULTS, type Problem } from '@sealift/protocol'
import { useMutationState } from '@tanstack/react-query'
import { useEffect } from 'react'
import { SIGN_IN } from '../api/actions.ts'
import { problemOf } from '../api/refusal.ts'
import { Coded } from '../parts/coded.tsx'
import { Logo } from '../parts/logo.tsx'
import { Shape } from '../parts/status.tsx'

export function SignInPage() {
  const [attempt] = useMutationState({
    filters: { mutationKey: SIGN_IN },
    select: ({ state }) => state,
  }).slice(-1)

  useEffect(() => {
    document.title = 'Sign in · Sealift'
  }, [])

  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-8 px-4 py-10">
      <Logo />
      <div className="w-full max-w-md rounded-2xl bg-card p-7 shadow-card ring-1 ring-line">
        {attempt?.status === 'pending' && <p role="status">Signing in…</p>}
        {attempt?.status === 'error' && <LinkRefused problem={problemOf(attempt.error)} />}
        {attempt?.status !== 'pending' && <HowTo isFirst={attempt?.status !== 'error'} />}
      </div>
    </main>
  )
}

function LinkRefused({ problem }: { problem: Problem }) {
  return (
    <div role="alert" className="mb-6 flex gap-3 rounded-xl bg-bad-wash p-4">
      <span className="mt-0.5 text-bad">
        <Shape tone="bad" className="size-5" />
      </span>
      <div>
        <p className="font-semibold text-bad first-letter:uppercase">{problem.title}</p>
        <p className="mt-0.5">Each link works once and for a short time.</p>
      </div>
    </div>
  )
}

function HowTo({ isFirst }: { isFirst: boolean }) {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">
        {isFirst ? 'Sign in with a one-time link' : 'Get a new link'}
      </h1>
      <p className="mt-2 leading-relaxed text-soft">
        There is no password. Whoever can reach the server’s folder can make a link; open it in this browser.
      </p>
      <p className="mt-4 leading-relaxed first-letter:uppercase">
        <Coded text={FAULTS['access.link'].next} />
      </p>
    </>
  )
}
