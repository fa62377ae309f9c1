// The fleet in figures, its devices, and why each runs what it runs.

import {
  DeviceDetail,
  DeviceId,
  DevicePage,
  DeviceQuery,
  DeviceView,
  Explanation,
  FleetView,
  PEOPLE_ROUTES,
} from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, actorOf } from '../listeners/app.ts'
import { listDevices, retireDevice, viewDevice } from './devices.ts'
import { explainDevice } from './explain-device.ts'
import { viewFleet } from './fleet.ts'

const tags = ['fleet']
const params = Type.Object({ device: DeviceId })

export function fleetRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.fleet,
    { schema: { summary: 'The fleet in figures', tags, response: { 200: FleetView } } },
    async () => await viewFleet(house),
  )

  app.get(
    PEOPLE_ROUTES.devices,
    {
      schema: {
        summary: 'Devices, a page at a time, in the order of their ids',
        tags,
        querystring: DeviceQuery,
        response: { 200: DevicePage },
      },
    },
    async (request) => await listDevices(house, request.query),
  )

  app.get(
    PEOPLE_ROUTES.device,
    { schema: { summary: 'One device and its timeline, newest first', tags, params, response: { 200: DeviceDetail } } },
    async (request) => await viewDevice(house, request.params.device),
  )

  app.delete(
    PEOPLE_ROUTES.device,
    {
      schema: {
        summary: 'Retire a device: its certificate is refused from now on',
        tags,
        params,
        response: { 200: DeviceView },
      },
    },
    async (request) => await retireDevice(house, actorOf(request), request.params.device),
  )

  app.get(
    PEOPLE_ROUTES.explanation,
    { schema: { summary: 'Why a device runs what it runs', tags, params, response: { 200: Explanation } } },
    async (request) => await explainDevice(house, request.params.device),
  )
}
