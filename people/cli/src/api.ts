// The server as the command line speaks to it: one authority, one token, typed answers, problems as errors.

import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { Fault, PEOPLE_ROUTES, Problem, parseJson, pathOf } from '@sealift/protocol'
import { type Network, NetworkError, type Reply, type Request } from '@sealift/world'
import { realNetwork } from '@sealift/world/real'
import type { Static, TSchema } from 'typebox'
import { type Connection, readConnection } from './org.ts'
import { Refused } from './refused.ts'
import type { Session } from './session.ts'

// A list of a hundred thousand devices fits; an endless answer does not.
const ANSWER_BYTES_MAX = 64 * 2 ** 20
const PROBLEM_BYTES_MAX = 65_536
const ANSWER_MS_MAX = 60_000
const LINE_LENGTH_MAX = 1_048_576

export type Query = Readonly<Record<string, string | number | undefined>>

export type Api = {
  readonly connection: Connection
  get<S extends TSchema>(answer: S, path: string, query?: Query): Promise<Static<S>>
  post<S extends TSchema>(answer: S, path: string, body?: unknown): Promise<Static<S>>
  put<S extends TSchema>(answer: S, path: string, body: unknown): Promise<Static<S>>
  /** A text that may not be there. */
  text(route: string, names?: Readonly<Record<string, string>>): Promise<string | undefined>
  /** The server's time, to the second; undefined when it does not say. */
  timeMs(): Promise<number | undefined>
  /** Lines of a text, as they arrive, each without its end. */
  lines(path: string): AsyncGenerator<string>
  /** Ends the connections; until then the process stays. */
  close(): void
}

/**
 * The server of this organisation.
 * @throws {Fault} `keep.missing` when nobody said where the server is
 */
async function openApi(session: Session): Promise<Api> {
  const connection = await connectionOf(session)
  const network = realNetwork({ caPem: connection.serverCaPem })
  return { ...apiOver(network, connection), close: () => network.close() }
}

/** Asks the server, and leaves no connection behind. */
export async function withApi<T>(session: Session, ask: (api: Api) => Promise<T>): Promise<T> {
  const api = await openApi(session)
  try {
    return await ask(api)
  } finally {
    api.close()
  }
}

/** What the environment says goes before what the folder says. */
async function connectionOf({ orgFolder, terminal: { env } }: Session): Promise<Connection> {
  const kept = await readConnection(orgFolder)
  const url = env['SEALIFT_URL'] ?? kept?.url
  const token = env['SEALIFT_TOKEN'] ?? kept?.token
  if (url === undefined || token === undefined) {
    throw new Fault('keep.missing', { folder: orgFolder, file: 'people/connection.json' })
  }
  if (!url.startsWith('https://')) throw new Fault('check.plaintext', { url })
  const caFile = env['SEALIFT_CA']
  const named = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
  // Without a folder and without a file the authorities of the machine count, as in a browser.
  return { url, token, serverCaPem: named ?? kept?.serverCaPem ?? rootCertificates.join('\n') }
}

/** The same over any network. */
export function apiOver(network: Network, connection: Connection): Omit<Api, 'close'> {
  const { url, token } = connection

  /** One request within its time; `read` takes what of the reply is wanted. */
  async function ask<T>(method: Request['method'], path: string, body: unknown, read: (reply: Reply) => Promise<T>) {
    const { signal, stop } = deadline(ANSWER_MS_MAX)
    try {
      const reply = await network.request({ url: originOf(url) + path, method, signal, ...wordsOf(token, body) })
      if (reply.status < 200 || reply.status > 299) throw await refusalOf(reply)
      return await read(reply)
    } catch (error) {
      throw faultOfNetwork(error, url)
    } finally {
      stop()
    }
  }

  const answerAs =
    <S extends TSchema>(answer: S) =>
    async (reply: Reply) =>
      parseJson(answer, await readAll(reply, ANSWER_BYTES_MAX), { lengthBytesMax: ANSWER_BYTES_MAX }, 'check.refused')

  return {
    connection,
    get: (answer, path, query) => ask('GET', path + searchOf(query), undefined, answerAs(answer)),
    post: (answer, path, body = {}) => ask('POST', path, body, answerAs(answer)),
    put: (answer, path, body) => ask('PUT', path, body, answerAs(answer)),
    async text(route, names) {
      try {
        const bytes = await ask('GET', pathOf(route, names), undefined, (reply) => readAll(reply, ANSWER_BYTES_MAX))
        return Buffer.from(bytes).toString('utf8')
      } catch (error) {
        if (isNotThere(error)) return undefined
        throw error
      }
    },
    async timeMs() {
      const reply = await ask('GET', PEOPLE_ROUTES.health, undefined, async (reply) => {
        await readAll(reply, PROBLEM_BYTES_MAX)
        return reply
      })
      const atMs = Date.parse(reply.headers['date'] ?? '')
      return Number.isNaN(atMs) ? undefined : atMs
    },
    async *lines(path) {
      // Only the beginning has a time limit: as long as lines come, they are welcome.
      const reply = await ask('GET', path, undefined, async (reply) => reply)
      try {
        yield* linesOf(reply.body)
      } catch (error) {
        throw faultOfNetwork(error, url)
      }
    },
  }
}

function wordsOf(token: string, body: unknown): Pick<Request, 'headers' | 'body'> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  if (body === undefined) return { headers }
  return { headers: { ...headers, 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) }
}

function isNotThere(error: unknown): boolean {
  if (error instanceof Refused) return error.problem.status === 404
  return error instanceof Fault && error.code === 'check.refused' && error.facts['status'] === 404
}

/** An address without a slash at its end. */
export function originOf(url: string): string {
  return url.replace(/\/+$/, '')
}

/** A problem document as an error; an answer that is none says at least its status. */
export async function refusalOf(reply: Reply): Promise<Error> {
  const bytes = await readAll(reply, PROBLEM_BYTES_MAX)
  try {
    return new Refused(parseJson(Problem, bytes, { lengthBytesMax: PROBLEM_BYTES_MAX }, 'check.refused'))
  } catch (cause) {
    return new Fault('check.refused', { status: reply.status }, { cause })
  }
}

/** Network errors in the words of the fault table; other errors as they are. */
function faultOfNetwork(error: unknown, url: string): unknown {
  if (!(error instanceof NetworkError)) return error
  if (error.why === 'untrusted') return new Fault('check.untrusted-server', { url }, { cause: error })
  if (error.why === 'aborted') return new Fault('check.slow', { url, limitMs: ANSWER_MS_MAX }, { cause: error })
  return new Fault('publish.unreachable', { url }, { cause: error })
}

/**
 * Text in lines, whatever chunks it comes in.
 * @throws {Fault} `check.endless` at a line that does not end
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_LENGTH_MAX) throw new Fault('check.endless', { lengthMax: LINE_LENGTH_MAX })
    yield* lines
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

/** @throws {Fault} `check.endless` */
export async function readAll(reply: Reply, lengthBytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let lengthBytes = 0
  for await (const chunk of reply.body) {
    lengthBytes += chunk.byteLength
    if (lengthBytes > lengthBytesMax) throw new Fault('check.endless', { lengthBytesMax })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function searchOf(query: Query = {}): string {
  const asked = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return asked.length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`
}

function deadline(durationMs: number): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), durationMs)
  return { signal: controller.signal, stop: () => clearTimeout(timer) }
}
