// A fleet made up for the console's tests: three products, a rollout in each state, and one of every kind of trouble.

import { createHash } from 'node:crypto'
import type {
  DeviceView,
  FaultView,
  FleetView,
  JournalEntry,
  ProductView,
  ReleaseView,
  RolloutCounts,
  RolloutState,
  RolloutView,
  Step,
  TimelineEntry,
} from '@sealift/protocol'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const HARDWARE: Readonly<Record<string, string>> = {
  thermostat: 'thermo-2',
  'badge-reader': 'br-lite',
  'tv-2016': 'mt5580',
}

export type Fleet = {
  devices: DeviceView[]
  products: ProductView[]
  releases: ReleaseView[]
  rollouts: RolloutView[]
  journal: JournalEntry[]
}

export function emptyFleet(): Fleet {
  return { devices: [], products: [], releases: [], rollouts: [], journal: [] }
}

function digestOf(word: string): string {
  return createHash('sha256').update(word).digest('hex')
}

export function busyFleet(nowMs: number): Fleet {
  const devices = [...thermostats(nowMs), ...badgeReaders(nowMs), ...televisions(nowMs)]
  return {
    devices,
    products: products(nowMs, devices),
    releases: releases(nowMs),
    rollouts: rollouts(nowMs),
    journal: journal(nowMs),
  }
}

type Difference = Partial<Omit<DeviceView, 'running'>> & { version?: string }

function device(id: string, product: string, nowMs: number, { version = '1.0.0', ...rest }: Difference): DeviceView {
  return {
    id,
    product,
    hardwareId: HARDWARE[product] ?? 'board-1',
    status: 'enrolled',
    enrolledAtMs: nowMs - 40 * DAY_MS,
    lastSeenMs: nowMs - 4_000,
    running: { version, sha256: digestOf(`${product} ${version}`), securityCounter: 2 },
    wanted: version,
    rolloutId: null,
    step: 'rest',
    progress: null,
    fault: null,
    whyNot: 'up_to_date',
    bootCount: 7,
    ...rest,
  }
}

const UNHEALTHY: FaultView = {
  code: 'confirm.unhealthy',
  facts: { why: 'the display answers, the sensor does not', afterMs: 4120, version: '3.0.0' },
}
const HANG: FaultView = { code: 'confirm.hang', facts: { watchdogMs: 10_000, version: '3.0.0' } }

function thermostats(nowMs: number): DeviceView[] {
  const make = (id: string, rest: Difference) =>
    device(`thermostat-${id}`, 'thermostat', nowMs, { version: '2.0.0', rolloutId: 'r-thermostat-3', ...rest })
  return [
    make('attic', { fault: UNHEALTHY, whyNot: 'held_back', bootCount: 12 }),
    make('bath', { fault: HANG, whyNot: 'held_back', bootCount: 14 }),
    make('cellar', { whyNot: 'stopped', wanted: '2.0.0' }),
    make('hall', { fault: UNHEALTHY, whyNot: 'held_back' }),
    make('kitchen', { whyNot: 'stopped' }),
    make('office', { whyNot: 'offline', lastSeenMs: nowMs - 3 * DAY_MS }),
  ]
}

function badgeReaders(nowMs: number): DeviceView[] {
  const steps: [Step, Difference][] = [
    ['download', { progress: { doneBytes: 2_936_012, ofBytes: 6_291_456 } }],
    ['download', { progress: { doneBytes: 5_452_595, ofBytes: 6_291_456 } }],
    ['verify', {}],
    ['install', { progress: { doneBytes: 1_258_291, ofBytes: 6_291_456 } }],
    ['boot', { version: '2.4.0' }],
    ['confirm', { version: '2.4.0' }],
  ]
  return Array.from({ length: 48 }, (_, index) => {
    const id = `badge-${String(index + 1).padStart(3, '0')}`
    const make = (rest: Difference) =>
      device(id, 'badge-reader', nowMs, { lastSeenMs: nowMs - ((index * 7919) % 55_000), ...rest })
    const [step, rest] = steps[index - 2] ?? []
    const offered = { wanted: '2.4.0', rolloutId: 'r-badge-24', whyNot: null }
    if (step) return make({ version: '2.3.1', ...offered, step, ...rest })
    if (index < 16) return make({ version: '2.4.0', ...offered, whyNot: 'up_to_date' })
    if (index === 17) return make({ version: '2.3.1', ...offered, whyNot: 'awaiting_owner' })
    if (index === 18)
      return make({ version: '2.3.1', ...offered, fault: { code: 'install.space', facts: { freeBytes: 131_072 } } })
    if (index > 42) return make({ version: '2.2.0', whyNot: 'wave_not_reached' })
    return make({ version: '2.3.1', whyNot: 'wave_not_reached' })
  })
}

function televisions(nowMs: number): DeviceView[] {
  return Array.from({ length: 5 }, (_, index) =>
    device(`tv-${index + 1}`, 'tv-2016', nowMs, { version: '4.7.2', wanted: null, whyNot: 'past_support' }),
  )
}

function products(nowMs: number, devices: readonly DeviceView[]): ProductView[] {
  const at = (days: number) => new Date(nowMs + days * DAY_MS).toISOString()
  const make = (id: string, name: string, fromDays: number, toDays: number): ProductView => ({
    id,
    name,
    hardwareIds: [HARDWARE[id] ?? 'board-1'],
    support: {
      general_availability: at(fromDays),
      end_of_sales: toDays < 0 ? at(toDays - 700) : 'tba',
      end_of_security_support: at(toDays),
      end_of_life: at(toDays + 180),
      last_updated: at(-20),
    },
    createdAtMs: nowMs - 60 * DAY_MS,
    devices: devices.filter(({ product }) => product === id).length,
    pastSupport: toDays < 0,
  })
  return [
    make('badge-reader', 'Badge reader', -700, 1_500),
    make('thermostat', 'Living-room thermostat', -300, 2_900),
    make('tv-2016', 'Television 2016', -3_600, -160),
  ]
}

function releases(nowMs: number): ReleaseView[] {
  const make = (
    product: string,
    version: string,
    daysAgo: number,
    rest: Pick<ReleaseView, 'class' | 'notes'> & Partial<ReleaseView>,
  ): ReleaseView => ({
    product,
    version,
    releaseCounter: 3,
    securityCounter: 2,
    hardwareIds: [HARDWARE[product] ?? 'board-1'],
    reboot: true,
    durationS: 40,
    format: 'squashfs',
    targetPath: `${product}/${version}/${product}-${version}.img`,
    lengthBytes: 6_291_456,
    sha256: digestOf(`${product} ${version}`),
    publishedAtMs: nowMs - daysAgo * DAY_MS,
    ...rest,
  })
  return [
    make('thermostat', '4.0.0', 0.1, {
      class: 'security',
      notes: {
        summary: 'The sensor is read again after a restart. Repairs 3.0.0, which no thermostat kept.',
        risk: 'Whoever is on the home network could read the schedule without signing in.',
        removes: '',
      },
    }),
    make('badge-reader', '2.4.0', 1, {
      class: 'critical',
      notes: {
        summary: 'Cards with a copied serial number are refused, and the reader answers twice as fast.',
        risk: 'A copied card could open a door.',
        removes: 'The old serial protocol on port B.',
      },
      securityCounter: 5,
    }),
    make('thermostat', '3.0.0', 2, {
      class: 'feature',
      notes: { summary: 'A weekly schedule, set on the device.', risk: '', removes: '' },
      format: 'elf',
      lengthBytes: 843_776,
    }),
    make('thermostat', '2.0.0', 12, {
      class: 'behaviour',
      notes: { summary: 'Window detection turns the heating off by itself.', risk: '', removes: '' },
      format: 'elf',
      lengthBytes: 812_032,
      reboot: false,
      durationS: 15,
    }),
  ]
}

function rollouts(nowMs: number): RolloutView[] {
  const make = (
    id: string,
    product: string,
    version: string,
    state: RolloutState,
    counts: Partial<RolloutCounts>,
    rest: Partial<RolloutView>,
  ): RolloutView => ({
    id,
    product,
    version,
    state,
    waves: [
      { name: 'lab', size: { devices: 2 }, holdMs: HOUR_MS },
      { name: '10 %', size: { percent: 10 }, holdMs: 6 * HOUR_MS },
      { name: '50 %', size: { percent: 50 }, holdMs: DAY_MS },
      { name: 'all', size: { percent: 100 }, holdMs: DAY_MS },
    ],
    wave: 0,
    waveStartedAtMs: nowMs - HOUR_MS,
    stopRule: {
      failedPercent: 2,
      rolledBackPercent: 1,
      silentPercent: 1,
      devicesMin: 3,
      silentAfterMs: 15 * 60_000,
      signatureFailure: true,
    },
    stopReason: null,
    counts: {
      devices: 6,
      inWave: 0,
      offered: 0,
      waiting: 0,
      underWay: 0,
      confirmed: 0,
      fellBack: 0,
      failed: 0,
      silent: 0,
      ...counts,
    },
    createdAtMs: nowMs - 2 * DAY_MS,
    ...rest,
  })
  return [
    make(
      'r-thermostat-4',
      'thermostat',
      '4.0.0',
      'planned',
      {},
      { waveStartedAtMs: null, createdAtMs: nowMs - 60_000 },
    ),
    make(
      'r-badge-24',
      'badge-reader',
      '2.4.0',
      'running',
      { devices: 48, inWave: 24, offered: 18, waiting: 1, underWay: 6, confirmed: 10, failed: 1 },
      { wave: 2, waveStartedAtMs: nowMs - 2.2 * HOUR_MS, createdAtMs: nowMs - 0.9 * DAY_MS },
    ),
    make(
      'r-thermostat-3',
      'thermostat',
      '3.0.0',
      'stopped',
      { inWave: 3, offered: 3, fellBack: 3 },
      {
        wave: 1,
        stopReason: { rule: 'rolled-back', seen: 100, limit: 1, atMs: nowMs - 20 * HOUR_MS },
        createdAtMs: nowMs - 1.5 * DAY_MS,
      },
    ),
    make(
      'r-thermostat-2',
      'thermostat',
      '2.0.0',
      'finished',
      { inWave: 6, offered: 6, confirmed: 6 },
      { wave: 4, waveStartedAtMs: null, createdAtMs: nowMs - 11 * DAY_MS },
    ),
  ]
}

function journal(nowMs: number): JournalEntry[] {
  const said: [
    actor: JournalEntry['actor']['kind'],
    id: string,
    action: string,
    subject: string,
    facts: JournalEntry['facts'],
  ][] = [
    ['person', 'administrator', 'session.opened', 'administrator', { from: '127.0.0.1' }],
    ['device', 'badge-001', 'update.confirmed', 'badge-reader 2.4.0', { seq: 41 }],
    ['server', 'rollouts', 'rollout.stopped', 'r-thermostat-3', { rule: 'rolled-back', seen: 100, limit: 1 }],
    ['device', 'thermostat-bath', 'update.fell-back', 'thermostat 3.0.0', { code: 'confirm.hang', seq: 17 }],
    [
      'token',
      'release-engineer',
      'release.published',
      'thermostat 3.0.0',
      { lengthBytes: 843_776, securityCounter: 2 },
    ],
    ['person', 'administrator', 'rollout.started', 'r-badge-24', { devices: 48, waves: 4 }],
  ]
  let prev = '0'.repeat(64)
  const chain = Array.from({ length: 72 }, (_, index): JournalEntry => {
    const [kind, id, action, subject, facts] = said[index % said.length] ?? ['server', 'clock', 'day.began', '', {}]
    const entry = {
      seq: index + 1,
      atMs: nowMs - (72 - index) * 900_000,
      actor: { kind, id },
      action,
      subject,
      facts,
      prev,
    }
    prev = digestOf(JSON.stringify(entry))
    return { ...entry, hash: prev }
  })
  return chain.reverse()
}

export function fleetView(devices: readonly DeviceView[]): FleetView {
  const count = (matches: (device: DeviceView) => boolean) => devices.filter(matches).length
  const byVersion = Map.groupBy(devices, ({ product, running }) => `${product} ${running?.version}`)
  const bySteps = Map.groupBy(devices, ({ step }) => step)
  return {
    devices: devices.length,
    silent: count(({ whyNot }) => whyNot === 'offline'),
    pastSupport: count(({ whyNot }) => whyNot === 'past_support'),
    awaitingOwner: count(({ whyNot }) => whyNot === 'awaiting_owner'),
    faulty: count(({ fault }) => fault !== null),
    byVersion: [...byVersion.values()].map((group) => ({
      product: group[0]?.product ?? '',
      version: group[0]?.running?.version ?? '',
      devices: group.length,
    })),
    byStep: [...bySteps].map(([step, group]) => ({ step, devices: group.length })),
  }
}

export function timelineOf({ fault, running, enrolledAtMs, lastSeenMs }: DeviceView): TimelineEntry[] {
  const atMs = lastSeenMs ?? enrolledAtMs
  const make = (minutesAgo: number, event: string, step: Step, text: string, rest: Partial<TimelineEntry> = {}) => ({
    atMs: atMs - minutesAgo * 60_000,
    event,
    step,
    version: fault ? '3.0.0' : (running?.version ?? null),
    fault: null,
    text,
    ...rest,
  })
  const begun = [
    make(21, 'progress', 'download', 'downloads the image'),
    make(20, 'installed', 'install', 'the other slot is written and read back'),
    make(19, 'booted', 'boot', 'the new image runs on trial'),
  ]
  return [
    { ...make(0, 'enrolled', 'rest', 'got its certificate'), atMs: enrolledAtMs, version: null },
    ...begun,
    fault
      ? make(18, 'fell-back', 'confirm', 'the new image was given up; the old one runs', { fault })
      : make(18, 'confirmed', 'confirm', 'the new image is kept, and the floor raised'),
  ]
}
