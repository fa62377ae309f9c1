// HTTPS by node:https: TLS 1.3 only, one authority, and no way around either.

import assert from 'node:assert/strict'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request as ask } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type Network, NetworkError, type Reply, type Request } from './network.ts'

export type RealNetworkOptions = {
  /** The only authorities that may vouch for a server; those of the machine count for nothing. */
  readonly caPem: string
  /** Who we are to servers that ask for a client certificate. */
  readonly identity?: { readonly keyPem: string; readonly certificatePem: string }
}

/** `close` ends the connections that are kept alive. */
export type RealNetwork = Network & { close(): void }

/**
 * Connections are kept alive and TLS sessions resumed. There is no time limit: bring one as `signal`.
 * Read each reply's body to its end, or begin to and leave the loop: until then it holds its connection.
 */
export function realNetwork(options: RealNetworkOptions): RealNetwork {
  // An empty `ca` would make Node trust every public authority instead of none.
  assert.match(options.caPem, /-----BEGIN CERTIFICATE-----/)
  const agent = new Agent({
    keepAlive: true,
    ca: options.caPem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    ...(options.identity && { key: options.identity.keyPem, cert: options.identity.certificatePem }),
  })
  return { request: (request) => askPatiently(agent, request), close: () => agent.destroy() }
}

// A server may close an idle connection in the moment that we use it again. RFC 9110 §9.2.2: only idempotent requests are repeated.
async function askPatiently(agent: Agent, request: Request): Promise<Reply> {
  requireHttps(request.url)
  try {
    return await askOnce(agent, request)
  } catch (error) {
    if (request.method === 'POST' || !(error instanceof StaleConnection)) throw error
    return await askOnce(agent, request)
  }
}

/** The reply never began, on a connection that had served before. */
class StaleConnection extends NetworkError {}

function requireHttps(url: string): void {
  if (new URL(url).protocol !== 'https:') throw new NetworkError('untrusted', { cause: new TypeError('not https') })
}

function askOnce(agent: Agent, request: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = ask(request.url, {
      agent,
      method: request.method,
      headers: { ...request.headers, ...(request.body && { 'content-length': String(request.body.byteLength) }) },
      ...(request.signal && { signal: request.signal }),
    })
    outgoing.on('error', (cause: NodeJS.ErrnoException) => {
      if (request.signal?.aborted) reject(new NetworkError('aborted', { cause }))
      else if (outgoing.reusedSocket) reject(new StaleConnection('unreachable', { cause }))
      else
        reject(
          new NetworkError(isUntrusted(cause, outgoing.socket as TLSSocket | null) ? 'untrusted' : 'unreachable', {
            cause,
          }),
        )
    })
    outgoing.on('response', (incoming) => resolve(replyOf(incoming, request.signal)))
    outgoing.end(request.body)
  })
}

// Until the handshake is done, whatever is not an error of the connection itself is a lack of proof: certificate, name, purpose, protocol.
function isUntrusted(error: NodeJS.ErrnoException, socket: TLSSocket | null): boolean {
  if (socket?.authorized) return false
  const code = error.code ?? ''
  return code === 'EPROTO' || !/^E(AI_)?[A-Z]+$/.test(code)
}

function replyOf(incoming: IncomingMessage, signal: AbortSignal | undefined): Reply {
  const status = incoming.statusCode ?? 0
  const headers = flat(incoming.headers)
  // Nothing to read: give the connection back at once, even if nobody looks at the body.
  if (status === 204 || status === 304 || headers['content-length'] === '0') {
    incoming.resume()
    return { status, headers, body: nothing() }
  }
  return { status, headers, body: bodyOf(incoming, signal) }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield* []
}

async function* bodyOf(incoming: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new NetworkError(signal?.aborted ? 'aborted' : 'interrupted', { cause })
  }
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const flattened: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flattened
}
