// Every request of a device is held against the device it claims to be, so that a revoked one is refused at once.

import { Fault } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'
import type { House } from '../house.ts'

/**
 * How the client certificate of a request is found: SHA-256 of its DER, in lower-case hex; undefined when there is none.
 * On real sockets TLS says it (real-https.ts); a simulator has its own way.
 */
export type FingerprintOf = (request: FastifyRequest) => string | undefined

/** A hook that puts the device on the request, or refuses it. A resumed TLS session comes past here like any other (server.md). */
export function deviceGate(house: House, fingerprintOf: FingerprintOf): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const fingerprint = fingerprintOf(request)
    const device =
      fingerprint &&
      (await house.store
        .selectFrom('device')
        .selectAll()
        .where('certificate_fingerprint', '=', fingerprint)
        .executeTakeFirst())
    if (!device) throw new Fault('enrol.identity', { why: 'unknown' })
    if (device.status !== 'enrolled') throw new Fault('enrol.identity', { why: device.status })
    request.device = device
    house.seen.mark(device.id, house.clock.nowMs())
  }
}
