// A network inside one process: each host is a function, and each kind of trouble is a value.

import type { Clock } from './clock.ts'
import { type Network, NetworkError, type Reply, type Request } from './network.ts'

/** What a host replies; without `body` the reply is empty. */
export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
}

/** One host: what it says to a request. */
export type Host = (request: Request) => Answer | Promise<Answer>

/** What goes wrong with a request. Whatever is not named goes well. */
export type Trouble = {
  /** No reply, for this reason. */
  readonly why?: 'unreachable' | 'untrusted'
  /** Time until the reply begins. */
  readonly delayMs?: number
  /** Speed of the body. */
  readonly bytesPerSecond?: number
  /** The connection breaks after so many bytes of the body. */
  readonly cutAfterBytes?: number
}

/** Length of the pieces in which a body arrives. */
const CHUNK_BYTES = 16_384

/** One side's link to its hosts. `trouble` may be set, and changed, at any time. */
export class VirtualNetwork implements Network {
  /** Asked once for each request. */
  trouble: (request: Request) => Trouble = () => ({})
  private readonly clock: Clock
  private readonly hosts = new Map<string, Host>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** @param origin  scheme, host and port, for example `https://updates.test:8443` */
  route(origin: string, host: Host): void {
    this.hosts.set(new URL(origin).origin, host)
  }

  async request(request: Request): Promise<Reply> {
    const url = new URL(request.url)
    if (url.protocol !== 'https:') throw new NetworkError('untrusted', { cause: new TypeError('not https') })
    const trouble = this.trouble(request)
    if (trouble.why) throw new NetworkError(trouble.why)
    const host = this.hosts.get(url.origin)
    if (!host) throw new NetworkError('unreachable')
    await this.wait(trouble.delayMs ?? 0, request.signal)
    const answer = await orAborted(Promise.resolve(host(request)), request.signal)
    return {
      status: answer.status,
      headers: { ...(answer.body instanceof Uint8Array && lengthOf(answer.body)), ...answer.headers },
      body: this.bodyOf(answer.body ?? new Uint8Array(), trouble, request.signal),
    }
  }

  private async *bodyOf(
    body: Uint8Array | AsyncIterable<Uint8Array>,
    trouble: Trouble,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    let leftBytes = trouble.cutAfterBytes ?? Number.POSITIVE_INFINITY
    for await (const chunk of inChunks(body)) {
      const arriving = chunk.subarray(0, leftBytes)
      if (trouble.bytesPerSecond) await this.wait((arriving.byteLength / trouble.bytesPerSecond) * 1000, signal)
      if (signal?.aborted) throw new NetworkError('aborted')
      if (arriving.byteLength > 0) yield arriving
      leftBytes -= arriving.byteLength
      if (arriving.byteLength < chunk.byteLength) throw new NetworkError('interrupted')
    }
  }

  private async wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (durationMs > 0) await this.clock.sleep(durationMs, signal)
    if (signal?.aborted) throw new NetworkError('aborted')
  }
}

function lengthOf(body: Uint8Array): Record<string, string> {
  return { 'content-length': String(body.byteLength) }
}

async function* inChunks(body: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    yield* body
    return
  }
  for (let at = 0; at < body.byteLength; at += CHUNK_BYTES) yield body.slice(at, at + CHUNK_BYTES)
}

// A host that never answers must not outlive the patience of the one who asks.
function orAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new NetworkError('aborted'))
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    answer.then(resolve, reject)
  })
}
