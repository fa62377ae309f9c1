// One description of both listeners. OpenAPI 3.1; for everybody, because it says nothing of anybody.

import { PEOPLE_ROUTES } from '@sealift/protocol'
import type { FastifyInstance } from 'fastify'
import type { House } from '../house.ts'
import { SESSION_COOKIE } from '../people/who.ts'
import type { App } from './app.ts'

const SECURITY_SCHEMES = {
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
  token: { type: 'http', scheme: 'bearer' },
  certificate: { type: 'mutualTLS' },
} as const

/** A route that is open says `security: []` itself. */
const FOR_PEOPLE = [{ session: [] }, { token: [] }]
const FOR_DEVICES = [{ certificate: [] }]

type Described = {
  readonly components?: object
  readonly paths?: Readonly<Record<string, Readonly<Record<string, object>>>>
}

export function openapiRoute(app: App, house: House, deviceApp: FastifyInstance | undefined): void {
  app.get(PEOPLE_ROUTES.openapi, { schema: { hide: true } }, async () => {
    const people = describedBy(app)
    const devices = deviceApp ? describedBy(deviceApp) : {}
    return {
      ...people,
      components: { ...people.components, securitySchemes: SECURITY_SCHEMES },
      security: FOR_PEOPLE,
      paths: { ...people.paths, ...pathsForDevices(devices, house.settings.deviceUrl) },
    }
  })
}

function describedBy(app: { swagger(): object }): Described {
  return app.swagger()
}

// The other listener has an address and a security of its own, told at each of its paths.
function pathsForDevices({ paths = {} }: Described, deviceUrl: string): object {
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      { servers: [{ url: deviceUrl }], ...secured(operations) },
    ]),
  )
}

function secured(operations: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [method, { ...operation, security: FOR_DEVICES }]),
  )
}
