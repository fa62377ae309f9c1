// Where devices report.

import { DEVICE_ROUTES, Reports, ReportsAccepted } from '@sealift/protocol'
import type { House } from '../house.ts'
import { type App, deviceOf } from '../listeners/app.ts'
import { collect } from './collect.ts'

/** Room for a full batch with the longest facts. */
const BODY_BYTES_MAX = 1_048_576

export function reportRoutes(app: App, house: House): void {
  app.post(
    DEVICE_ROUTES.reports,
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Reports, each signed by the device; answered when they are durable',
        tags: ['device'],
        body: Reports,
        response: { 200: ReportsAccepted },
      },
    },
    async (request) => await collect(house, deviceOf(request), request.body.reports),
  )
}
