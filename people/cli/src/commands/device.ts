// `sealift device`: the devices of the fleet, and why each runs what it runs.

import { DeviceDetail, DevicePage, type DeviceView, Explanation, PEOPLE_ROUTES, pathOf } from '@sealift/protocol'
import { type Api, withApi } from '../api.ts'
import { argument, choice, command, option, type Verbs } from '../command.ts'
import { parseCount } from '../count.ts'
import { deviceFacts, deviceTable, timelineTable } from '../output/device-lines.ts'
import { paint } from '../output/paint.ts'
import { say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'

// What one page of the server holds at most.
const PAGE_DEVICES_MAX = 500

const list = command({
  summary: 'list the devices of the fleet',
  arguments: {},
  options: {
    product: option('--product <id>', 'only devices of this product'),
    rollout: option('--rollout <id>', 'only devices that this rollout has reached'),
    show: choice('--show <which>', 'only devices that are', ['silent', 'faulty', 'awaiting-owner', 'past-support']),
    search: option('--search <text>', 'only devices with this in their id, product, hardware or version'),
    limit: option('--limit <count>', 'at most so many devices', parseCount),
  },
  writes: false,
  inOrg: true,
  examples: [
    'sealift device list',
    'sealift device list --product thermostat --show faulty   # whose last word was a fault',
    'sealift device list --json --limit 1000 > devices.json',
  ],
  async run(session, { limit, ...query }) {
    const devices = await withApi(session, (api) => allDevices(api, query, limit ?? Infinity))
    return { json: { devices }, lines: deviceTable(devices, session.clock.nowMs()) }
  },
})

const show = command({
  summary: 'show one device and what has happened to it',
  arguments: { device: argument('<device>', 'id of the device') },
  options: {},
  writes: false,
  inOrg: true,
  examples: ['sealift device show thermostat-7f3a', 'sealift device show thermostat-7f3a --json'],
  async run(session, { device }) {
    const detail = await withApi(session, (api) => api.get(DeviceDetail, pathOf(PEOPLE_ROUTES.device, { device })))
    const lines = [...deviceFacts(detail.device, session.clock.nowMs()), say``, ...timelineTable(detail.timeline)]
    return { json: detail, lines }
  },
})

const explain = command({
  summary: 'say why a device runs what it runs',
  arguments: { device: argument('<device>', 'id of the device') },
  options: {},
  writes: false,
  inOrg: true,
  examples: ['sealift device explain thermostat-7f3a', 'sealift device explain thermostat-7f3a --json'],
  async run(session, { device }) {
    const path = pathOf(PEOPLE_ROUTES.explanation, { device })
    const explanation = await withApi(session, (api) => api.get(Explanation, path))
    const lines = facts([
      ['device', paint.strong(explanation.device.id)],
      ['runs', explanation.device.running?.version ?? 'nothing known'],
      ['wanted', explanation.device.wanted ?? '–'],
      ['why', say`${explanation.means} ${paint.quiet(`(${explanation.whyNot})`)}`],
      ['next', explanation.next],
    ])
    return { json: explanation, lines }
  },
})

export const device: Verbs = { list, show, explain }

async function allDevices(
  api: Api,
  query: Readonly<Record<string, string | undefined>>,
  countMax: number,
): Promise<readonly DeviceView[]> {
  const devices: DeviceView[] = []
  for (let after: string | undefined; devices.length < countMax; ) {
    const limit = Math.min(countMax - devices.length, PAGE_DEVICES_MAX)
    const page = await api.get(DevicePage, PEOPLE_ROUTES.devices, { ...query, after, limit })
    devices.push(...page.devices)
    if (page.nextAfter === null) break
    after = page.nextAfter
  }
  return devices
}
