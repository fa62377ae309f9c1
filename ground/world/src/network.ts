// Asking a server: one request, one reply whose body arrives in chunks.

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal?: AbortSignal
}

export type Reply = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Why no reply came. `untrusted`: the other side did not prove who it is. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly why: 'unreachable' | 'untrusted' | 'interrupted' | 'aborted'

  constructor(why: NetworkError['why'], options?: ErrorOptions) {
    super(why, options)
    this.why = why
  }
}

/** Redirects are never followed: a 3xx is a reply like any other. */
export interface Network {
  /** @throws {NetworkError} also from the body, while it is read */
  request(request: Request): Promise<Reply>
}
