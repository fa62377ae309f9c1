// Nobody comes past here who is not signed in.

import { Fault } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'
import type { House } from '../house.ts'
import type { Failures } from './failures.ts'
import { requireSameSite } from './same-site.ts'
import { bearerOf, whoAsks } from './who.ts'

/** A hook that puts the actor on the request, or refuses it. */
export function peopleGate(house: House, failures: Failures): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const isProgram = bearerOf(request) !== undefined
    if (isProgram) failures.requireFew(request.ip)
    else requireSameSite(request)
    const who = await whoAsks(house, request)
    if (!who) {
      if (isProgram) failures.failed(request.ip)
      throw new Fault('access.required')
    }
    request.actor = who.actor
  }
}
