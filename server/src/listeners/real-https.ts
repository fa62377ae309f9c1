// HTTPS servers on real sockets: TLS 1.3 and nothing older; who connects to the device listener shows a certificate.

import { createServer, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { fingerprintOf } from '../identity/device-certificate.ts'
import type { ServerFactory } from './new-app.ts'

/** Certificate and key of this server, and the authority that devices' certificates must come from. */
export type Tls = { readonly keyPem: string; readonly certificatePem: string; readonly deviceCaPem: string }

/** Attack 46: who sends its headers or bodies drop by drop, or nothing at all, does not hold a socket. */
const LIMITS = {
  headersTimeout: 15_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
} as const
const IDLE_MS = 90_000

/** Reports and check-ins are small. */
const DEVICE_REQUEST_MS = 30_000
/** An image of 4 GiB at 10 Mbit/s. */
const PEOPLE_REQUEST_MS = 3_600_000

export function deviceServer(tls: Tls): ServerFactory {
  return factoryOf({
    ...optionsOf(tls),
    ca: tls.deviceCaPem,
    requestCert: true,
    rejectUnauthorized: true,
    requestTimeout: DEVICE_REQUEST_MS,
  })
}

export function peopleServer(tls: Tls): ServerFactory {
  return factoryOf({ ...optionsOf(tls), requestCert: false, requestTimeout: PEOPLE_REQUEST_MS })
}

function optionsOf(tls: Tls): ServerOptions {
  return { ...LIMITS, key: tls.keyPem, cert: tls.certificatePem, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }
}

function factoryOf(options: ServerOptions): ServerFactory {
  return (handler) => {
    const server = createServer(options, handler)
    server.setTimeout(IDLE_MS)
    return server
  }
}

const known = new WeakMap<TLSSocket, string>()

/** Of the client certificate that this connection proved to hold, now or when its session was first made. */
export function fingerprintFromTls(request: FastifyRequest): string | undefined {
  const socket = request.raw.socket as TLSSocket
  if (!socket.authorized) return undefined
  const seen = known.get(socket)
  if (seen !== undefined) return seen
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return undefined
  const fingerprint = fingerprintOf(certificate.raw)
  known.set(socket, fingerprint)
  return fingerprint
}
