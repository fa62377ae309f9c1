// Something did not work: what happened, and what to do next.

import { problemOf } from '../api/refusal.ts'
import { Button } from './button.tsx'
import { Coded } from './coded.tsx'
import { Shape } from './status.tsx'

export function ProblemNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemOf(error)
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-xl bg-bad-wash p-4 ring-1 ring-line"
    >
      <span className="mt-0.5 text-bad">
        <Shape tone="bad" className="size-5" />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-semibold text-bad first-letter:uppercase">{problem.title}</p>
        <p className="mt-0.5 first-letter:uppercase">
          <Coded text={problem.next} />
        </p>
        <p className="mt-1.5 text-xs text-soft">
          {problem.detail && problem.detail !== problem.title && <>{problem.detail} · </>}
          <code className="font-mono">{problem.code}</code>
        </p>
      </div>
      {retry && (
        <Button icon="retry" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}
