// A server in an attacker's hands: it has the real TLS key, and answers a device with whatever bytes it likes.

import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { DEVICE_ROUTES, POLL_HEADER } from '@sealift/protocol'

/** What it serves. Files by name, as a TUF repository has them; images by any path. */
export type Hostile = {
  readonly director: ReadonlyMap<string, string>
  readonly image: ReadonlyMap<string, string>
  readonly target: Uint8Array
}

export type Tls = { readonly keyPem: string; readonly certificatePem: string }

export class HostileServer {
  readonly url: string
  private readonly server: Server

  private constructor(server: Server) {
    this.server = server
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** Accepts any client: an attacker does not care who calls. */
  static async listen(tls: Tls, hostile: Hostile): Promise<HostileServer> {
    const server = createServer(
      {
        key: tls.keyPem,
        cert: tls.certificatePem,
        minVersion: 'TLSv1.3',
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, reply) => {
        request.resume()
        const { status, body } = answer(hostile, request.url ?? '/')
        reply.writeHead(status, { [POLL_HEADER]: '1000', 'content-length': body.byteLength })
        reply.end(body)
      },
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new HostileServer(server)
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

const PREFIX = {
  director: DEVICE_ROUTES.director.replace(':file', ''),
  image: DEVICE_ROUTES.image.replace(':file', ''),
  target: DEVICE_ROUTES.target.replace('*', ''),
}

function answer(hostile: Hostile, url: string): { status: number; body: Uint8Array } {
  const path = decodeURI(url)
  if (path === DEVICE_ROUTES.check) return found(hostile.director.get('timestamp.json'))
  if (path.startsWith(PREFIX.director)) return found(hostile.director.get(path.slice(PREFIX.director.length)))
  if (path.startsWith(PREFIX.image)) return found(hostile.image.get(path.slice(PREFIX.image.length)))
  if (path.startsWith(PREFIX.target)) return { status: 200, body: hostile.target }
  return { status: 404, body: new Uint8Array() }
}

function found(text: string | undefined): { status: number; body: Uint8Array } {
  return text === undefined ? { status: 404, body: new Uint8Array() } : { status: 200, body: Buffer.from(text, 'utf8') }
}
