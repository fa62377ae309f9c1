// Ask the server. One way in, one way out: an answer of the asked type, or a Refusal.

import { isProblem, problemFrom, Refusal } from './refusal.ts'

export type Question = {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly signal?: AbortSignal
}

/**
 * The server is of the same origin and version as this page, so its answer is taken to be of the type asked for.
 * @throws {Refusal}
 */
export async function ask<Answer>(path: string, question: Question = {}): Promise<Answer> {
  const response = await send(path, question)
  const answer = await read(response)
  if (response.ok) return answer as Answer
  if (isProblem(answer)) throw new Refusal(answer)
  throw new Refusal(problemFrom('check.refused', response.status, `${response.status} ${response.statusText}`))
}

function pathWith(path: string, query: Question['query'] = {}): string {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return asked.length === 0 ? path : `${path}?${new URLSearchParams(asked)}`
}

async function send(path: string, { method = 'GET', body, query, signal }: Question): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  const init: RequestInit = { method, credentials: 'same-origin', headers }
  if (signal) init.signal = signal
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    headers['content-type'] = 'application/json'
  }
  try {
    return await fetch(pathWith(path, query), init)
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Refusal(problemFrom('publish.unreachable', 0, 'no answer came back'), { cause: error })
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
