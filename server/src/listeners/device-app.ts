// The listener for devices: nothing here answers to anybody but an enrolled device.

import type { FastifyInstance } from 'fastify'
import { deliverRoutes } from '../artifacts/deliver.ts'
import { directorRoutes } from '../director/routes.ts'
import type { House } from '../house.ts'
import { deviceGate, type FingerprintOf } from '../identity/device-gate.ts'
import { reportRoutes } from '../reports/routes.ts'
import type { App } from './app.ts'
import { newApp, type ServerFactory } from './new-app.ts'

export type DeviceAppOptions = { readonly fingerprintOf: FingerprintOf; readonly serverFactory?: ServerFactory }

/** Ready for `inject`, or to listen when a server factory is given. */
export async function buildDeviceApp(house: House, options: DeviceAppOptions): Promise<FastifyInstance> {
  const { fingerprintOf, serverFactory } = options
  const app = await newApp(house, {
    listener: 'device',
    unknown: 'deliver.not-yours',
    ...(serverFactory && { serverFactory }),
  })
  app.addHook('onRequest', deviceGate(house, fingerprintOf))
  await app.register(async (routes: App) => {
    directorRoutes(routes, house)
    deliverRoutes(routes, house)
    reportRoutes(routes, house)
  })
  await app.ready()
  return app
}
