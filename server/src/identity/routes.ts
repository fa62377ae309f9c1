// Claims for operators, enrolment for devices.

import { Claim, ClaimRequest, Enrolled, EnrolRequest, PEOPLE_ROUTES } from '@sealift/protocol'
import type { House } from '../house.ts'
import { type App, actorOf } from '../listeners/app.ts'
import type { Failures } from '../people/failures.ts'
import { makeClaim } from './claims.ts'
import { enrol } from './enrol.ts'

export function claimRoutes(app: App, house: House): void {
  app.post(
    PEOPLE_ROUTES.claims,
    {
      schema: {
        summary: 'Make a claim: so many devices of one kind may join',
        description: 'The token in the answer is shown once; the server keeps only its hash.',
        tags: ['device'],
        body: ClaimRequest,
        response: { 201: Claim },
      },
    },
    async (request, reply) => await reply.code(201).send(await makeClaim(house, request.body, actorOf(request))),
  )
}

/** For everybody who holds a claim token. */
export function enrolRoutes(app: App, house: House, failures: Failures): void {
  app.post(
    PEOPLE_ROUTES.enrol,
    {
      schema: {
        summary: 'Redeem a claim: a certificate request becomes a device certificate',
        description: 'Asking again with the same token and key gives the same answer.',
        tags: ['device'],
        security: [],
        body: EnrolRequest,
        response: { 200: Enrolled },
      },
    },
    async (request) => await failures.counted(request.ip, () => enrol(house, request.body)),
  )
}
