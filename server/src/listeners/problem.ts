// Every refusal is a problem document (RFC 9457) with the code, the meaning and the next step of the fault table.

import { Fault, type FaultCode, faultKind, type Problem } from '@sealift/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { statusOf } from './status.ts'

/** Fastify's own refusals by their status; all others are of the form. */
const CODES: Readonly<Record<number, FaultCode>> = { 403: 'access.denied', 404: 'assign.unknown', 413: 'access.limit' }

/** The problem that an error is to somebody who asked; undefined when the error is a bug of ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Fault) return problemOfFault(error, statusOf(error.code))
  const { statusCode, code } = error as Partial<FastifyError>
  // What Fastify refuses by itself: a body of the wrong form, kind or length.
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined
  const fault = new Fault(CODES[statusCode] ?? 'assign.invalid', whyOf(error as FastifyError, code))
  return problemOfFault(fault, statusCode)
}

/** Sends it; `retryAfterS` among the facts becomes the header that clients look at. RFC 9110 §10.2.3. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfterS } = problem.facts
  if (typeof retryAfterS === 'number') reply.header('retry-after', String(Math.ceil(retryAfterS)))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="sealift"')
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

/** Answers any error that a route throws; logs what is our own fault and nothing of what was sent. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem === undefined || problem.status >= 500) request.log.error({ err: error }, 'could not answer')
  return sendProblem(reply, problem ?? UNEXPECTED)
}

const UNEXPECTED: Problem = {
  type: 'urn:sealift:fault:internal',
  title: 'the server could not answer',
  status: 500,
  detail: 'the server could not answer; nothing of this request was kept',
  code: 'internal',
  next: 'look into the log of the server at this moment',
  facts: {},
}

function problemOfFault({ code, facts }: Fault, status: number): Problem {
  const { means, next } = faultKind(code)
  const why = typeof facts['why'] === 'string' ? `: ${facts['why']}` : ''
  return {
    type: `urn:sealift:fault:${code}`,
    title: means,
    status,
    detail: `${means}${why}`,
    code,
    next,
    facts: { ...facts },
  }
}

function whyOf(error: FastifyError, code: string | undefined): Record<string, string> {
  const [first] = error.validation ?? []
  if (!first) return { why: code === undefined ? error.message : `${error.message} (${code})` }
  return { why: first.message ?? 'not of this shape', at: `${error.validationContext ?? ''}${first.instancePath}` }
}
