// What the server answers instead of what was asked: a problem that says what to do next. RFC 9457.

import { FAULTS, type FaultCode, type Problem } from '@sealift/protocol'

/** Thrown by every request that the server did not grant. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.detail}`, options)
    this.problem = problem
  }
}

/** The problem behind any error, so that a person always reads what happened and what to do. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem
  return { ...problemFrom('check.refused', 0, String(error)), title: 'the console made a mistake' }
}

/** A problem that the console itself must state, because no server was there to state it. */
export function problemFrom(code: FaultCode, status: number, detail: string): Problem {
  const { means, next } = FAULTS[code]
  return { type: 'about:blank', title: means, status, detail, code, next, facts: {} }
}

export function isProblem(answer: unknown): answer is Problem {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    ['title', 'detail', 'code', 'next'].every((name) => typeof (answer as Record<string, unknown>)[name] === 'string')
  )
}
