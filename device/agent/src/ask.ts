// Ask the server, within limits of size and time. Whatever goes wrong is a fault of the stage `check`, unless said otherwise.

import { Fault, type FaultCode } from '@sealift/protocol'
import { type Clock, type Network, NetworkError, type Reply, type Request } from '@sealift/world'
import { ANSWER_PACE } from './limits.ts'
import { type Pace, paced, within } from './paced.ts'

export type Asker = {
  readonly world: { readonly clock: Clock; readonly network: Network }
  readonly signal: AbortSignal
}

export type Answer = Omit<Reply, 'body'> & { readonly body: Uint8Array }

/** How long we wait, and what it is called when that was not enough. */
export type Patience = { readonly pace: Pace; readonly slow: FaultCode; readonly lost: FaultCode }

const ANSWER: Patience = { pace: ANSWER_PACE, slow: 'check.slow', lost: 'check.unreachable' }

/**
 * One question and its whole answer.
 * @throws {Fault} `check.plaintext`, `check.untrusted-server`, `check.unreachable`, `check.endless`, `check.slow`
 */
export async function ask(asker: Asker, request: Omit<Request, 'signal'>, lengthBytesMax: number): Promise<Answer> {
  const reply = await openReply(asker, request, ANSWER)
  const { status, headers } = reply
  return { status, headers, body: await readAll(reply, lengthBytesMax, request.url) }
}

/**
 * One question; the body arrives in chunks, and faults while it does. Leaving the body early ends the request.
 * @throws {Fault} `check.plaintext`, `check.untrusted-server` and those of `patience`
 * @throws {NetworkError} `aborted`, when the asker's own signal ended it
 */
export async function openReply(asker: Asker, request: Omit<Request, 'signal'>, patience: Patience): Promise<Reply> {
  requireHttps(request.url)
  const { stop, signal, unlink } = linkedTo(asker.signal)
  const { clock, network } = asker.world
  const tooSlow = () => new Fault(patience.slow, { host: hostOf(request.url) })
  try {
    const reply = await within(clock, patience.pace.stallMs, network.request({ ...request, signal }))
    if (!reply) throw tooSlow()
    const body = paced(clock, reply.body, patience.pace, stop, tooSlow)
    return { ...reply, body: withFaults(asker, body, request.url, patience, unlink) }
  } catch (error) {
    stop()
    unlink()
    throw faultOf(asker, error, request.url, patience)
  }
}

/** Give up a reply whose body is not wanted: only a body that was begun can be left, and its connection with it. */
export async function leave(reply: Reply): Promise<void> {
  for await (const _chunk of reply.body) return
}

/** How long the server asks us to stay away, as a fact for a fault. RFC 9110 §10.2.3, delay in seconds. */
export function retryAfterOf(headers: Reply['headers']): { retryAfterMs?: number } {
  const seconds = headers['retry-after'] ?? ''
  return /^\d{1,9}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1000 } : {}
}

// Before any socket is opened. Attack 29.
function requireHttps(url: string): void {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new Fault('check.plaintext', { url })
}

async function readAll(reply: Reply, lengthBytesMax: number, url: string): Promise<Uint8Array> {
  const announcedBytes = Number(reply.headers['content-length'] ?? 0)
  const chunks: Uint8Array[] = []
  let lengthBytes = 0
  for await (const chunk of reply.body) {
    lengthBytes += chunk.byteLength
    if (Math.max(lengthBytes, announcedBytes) > lengthBytesMax) {
      throw new Fault('check.endless', { host: hostOf(url), lengthBytesMax })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function* withFaults(
  asker: Asker,
  body: AsyncIterable<Uint8Array>,
  url: string,
  patience: Patience,
  end: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw faultOf(asker, error, url, patience)
  } finally {
    end()
  }
}

// Not AbortSignal.any: what follows a signal that lives as long as the process would live as long, one for each request.
function linkedTo(parent: AbortSignal): { signal: AbortSignal; stop: () => void; unlink: () => void } {
  const child = new AbortController()
  const stop = () => child.abort()
  parent.addEventListener('abort', stop, { once: true })
  if (parent.aborted) stop()
  return { signal: child.signal, stop, unlink: () => parent.removeEventListener('abort', stop) }
}

function faultOf(asker: Asker, error: unknown, url: string, patience: Patience): unknown {
  if (!(error instanceof NetworkError) || asker.signal.aborted) return error
  const code = error.why === 'untrusted' ? 'check.untrusted-server' : patience.lost
  return new Fault(code, { host: hostOf(url), ...causeOf(error) }, { cause: error })
}

function causeOf(error: NetworkError): { error?: string } {
  const code = (error.cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? { error: code } : {}
}

function hostOf(url: string): string {
  return new URL(url).host
}
