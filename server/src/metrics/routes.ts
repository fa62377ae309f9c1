// Is the server well, and what has it counted.

import { Health, PEOPLE_ROUTES } from '@sealift/protocol'
import { sql } from 'kysely'
import Type from 'typebox'
import type { House } from '../house.ts'
import type { App } from '../listeners/app.ts'
import { SERVER_VERSION } from '../version.ts'
import { measure } from './measure.ts'

/** For everybody: says nothing but that it is well. */
export function healthRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.health,
    {
      schema: {
        summary: 'Is the server well: it answers, and its store does',
        tags: ['server'],
        security: [],
        response: { 200: Health },
      },
    },
    async () => {
      await sql`select 1`.execute(house.store)
      return { status: 'ok' as const, version: SERVER_VERSION }
    },
  )
}

export function metricRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.metrics,
    {
      schema: {
        summary: 'What the server counts, for Prometheus',
        tags: ['server'],
        produces: ['text/plain'],
        response: { 200: Type.String() },
      },
    },
    async (_request, reply) => {
      await measure(house)
      const { registry } = house.metrics
      return await reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}
