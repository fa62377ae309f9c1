// The listener for people, for programs with a token, and for devices that are not enrolled yet.

import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { uploadRoutes } from '../artifacts/upload.ts'
import { fleetRoutes } from '../fleet/routes.ts'
import type { House } from '../house.ts'
import { claimRoutes, enrolRoutes } from '../identity/routes.ts'
import { journalRoutes } from '../journal/routes.ts'
import { liveRoutes } from '../live/routes.ts'
import { healthRoutes, metricRoutes } from '../metrics/routes.ts'
import { Failures } from '../people/failures.ts'
import { peopleGate } from '../people/gate.ts'
import { sessionRoutes, signInRoutes } from '../people/routes.ts'
import { productRoutes } from '../products/routes.ts'
import { releaseRoutes } from '../repository/release-routes.ts'
import { publicationRoutes, repositoryRoutes } from '../repository/routes.ts'
import { rolloutRoutes } from '../rollouts/routes.ts'
import type { App } from './app.ts'
import { consoleRoutes } from './console.ts'
import { newApp, type ServerFactory } from './new-app.ts'
import { openapiRoute } from './openapi.ts'
import { addSecurityHeaders } from './security-headers.ts'

export type PeopleAppOptions = {
  /** The built console; without it the front page says how to build it. */
  readonly consoleFolder?: string
  /** The listener for devices, so that `/openapi.json` tells of its routes as well. */
  readonly deviceApp?: FastifyInstance
  readonly serverFactory?: ServerFactory
}

/** Ready for `inject`, or to listen when a server factory is given. */
export async function buildPeopleApp(house: House, options: PeopleAppOptions = {}): Promise<FastifyInstance> {
  const { consoleFolder, deviceApp, serverFactory } = options
  const app = await newApp(house, {
    listener: 'people',
    unknown: 'assign.unknown',
    ...(serverFactory && { serverFactory }),
  })
  const failures = new Failures(house.clock)
  await app.register(cookie)
  addSecurityHeaders(app)

  await app.register(async (open: App) => {
    signInRoutes(open, house, failures)
    enrolRoutes(open, house, failures)
    repositoryRoutes(open, house)
    healthRoutes(open, house)
    openapiRoute(open, house, deviceApp)
    await consoleRoutes(open, consoleFolder)
  })

  await app.register(async (gated: App) => {
    gated.addHook('onRequest', peopleGate(house, failures))
    sessionRoutes(gated, house)
    productRoutes(gated, house)
    releaseRoutes(gated, house)
    publicationRoutes(gated, house)
    uploadRoutes(gated, house)
    claimRoutes(gated, house)
    liveRoutes(gated, house)
    metricRoutes(gated, house)
    fleetRoutes(gated, house)
    rolloutRoutes(gated, house)
    journalRoutes(gated, house)
  })
  await app.ready()
  return app
}
