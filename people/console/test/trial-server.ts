// A server that answers as the real one would, from a made-up fleet, under the strictest content security policy.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type DevicePage,
  type Explanation,
  type LiveEvent,
  PEOPLE_ROUTES,
  type Problem,
  pathOf,
  type RolloutAction,
  type RolloutPlan,
  type RolloutState,
  type RolloutView,
  WHY_NOT,
} from '@sealift/protocol'
import { type Fleet, fleetView, timelineOf } from './trial-fleet.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const STATES: Readonly<Record<RolloutAction, RolloutState>> = {
  start: 'running',
  pause: 'paused',
  resume: 'running',
  abort: 'aborted',
  'retry-failed': 'running',
}

export type TrialServer = {
  readonly url: string
  readonly fleet: Fleet
  /** Method and path of every request to the programming interface, in order. */
  readonly asked: readonly string[]
  /** A fresh one-time link. */
  link(): string
  tell(event: LiveEvent): void
  /** Drop every live connection; new ones are refused until `let` is true again. */
  drop(): void
  letIn(): void
  endSessions(): void
  close(): Promise<void>
}

type Answer = { status: number; body: unknown }

export async function startTrialServer(folder: string, fleet: Fleet): Promise<TrialServer> {
  const links = new Set<string>()
  const sessions = new Set<string>()
  const watchers = new Set<ServerResponse>()
  const asked: string[] = []
  let isOpen = true

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (!url.pathname.startsWith('/api/')) return sendFile(folder, url.pathname, response)
    asked.push(`${request.method} ${request.url}`)
    const session = /sealift=([a-z0-9-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    if (url.pathname === PEOPLE_ROUTES.session) return answerSession(request, response, session)
    if (!sessions.has(session)) return send(response, refuse(401, 'access.required'))
    if (url.pathname === PEOPLE_ROUTES.live) return watch(response)
    if (url.pathname === PEOPLE_ROUTES.journalExport) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.end(fleet.journal.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      return
    }
    const body = request.method === 'POST' ? await text(request) : ''
    send(response, answerApi(fleet, request.method ?? 'GET', url, body === '' ? undefined : JSON.parse(body)))
  }

  async function answerSession(request: IncomingMessage, response: ServerResponse, session: string): Promise<void> {
    const opened = { name: 'administrator', role: 'admin', expiresAtMs: 2e12 }
    if (request.method === 'POST') {
      const { link } = JSON.parse(await text(request)) as { link: string }
      if (!links.delete(link)) return send(response, refuse(401, 'access.link'))
      sessions.add(link)
      response.setHeader('set-cookie', `sealift=${link}; HttpOnly; SameSite=Strict; Path=/`)
      return send(response, { status: 200, body: opened })
    }
    if (request.method === 'DELETE') {
      sessions.delete(session)
      return send(response, { status: 204, body: undefined })
    }
    return send(response, sessions.has(session) ? { status: 200, body: opened } : refuse(401, 'access.required'))
  }

  function watch(response: ServerResponse): void {
    if (!isOpen) {
      send(response, refuse(503, 'access.rate'))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': welcome\n\n')
    watchers.add(response)
    response.on('close', () => watchers.delete(response))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    fleet,
    asked,
    link() {
      const secret = randomUUID()
      links.add(secret)
      return `${url}/#/sign-in?link=${secret}`
    },
    tell(event) {
      for (const watcher of watchers) watcher.write(`data: ${JSON.stringify(event)}\n\n`)
    },
    drop() {
      isOpen = false
      for (const watcher of watchers) watcher.destroy()
    },
    letIn() {
      isOpen = true
    },
    endSessions() {
      sessions.clear()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answerApi(fleet: Fleet, method: string, url: URL, body: unknown): Answer {
  const { pathname, searchParams } = url
  const ok = (answer: unknown): Answer => ({ status: 200, body: answer })
  if (pathname === PEOPLE_ROUTES.fleet) return ok(fleetView(fleet.devices))
  if (pathname === PEOPLE_ROUTES.devices) return ok(devicePage(fleet, searchParams))
  if (pathname === PEOPLE_ROUTES.products) return ok({ products: fleet.products })
  if (pathname === PEOPLE_ROUTES.releases) return ok({ releases: fleet.releases })
  if (pathname === PEOPLE_ROUTES.preview) return ok(preview(fleet, body as RolloutPlan))
  if (pathname === PEOPLE_ROUTES.rollouts && method === 'POST') return ok(plan(fleet, body as RolloutPlan))
  if (pathname === PEOPLE_ROUTES.rollouts) return ok({ rollouts: fleet.rollouts })
  if (pathname === PEOPLE_ROUTES.journal) {
    const before = Number(searchParams.get('before') ?? Infinity)
    const entries = fleet.journal.filter(({ seq }) => seq < before).slice(0, Number(searchParams.get('limit') ?? 50))
    const last = entries.at(-1)
    return ok({ entries, nextSeq: last && last.seq > 1 ? last.seq : null })
  }
  return answerOne(fleet, pathname) ?? refuse(404, 'assign.unknown')
}

function answerOne(fleet: Fleet, pathname: string): Answer | undefined {
  for (const device of fleet.devices) {
    if (pathname === pathOf(PEOPLE_ROUTES.device, { device: device.id })) {
      return { status: 200, body: { device, timeline: timelineOf(device) } }
    }
    if (pathname === pathOf(PEOPLE_ROUTES.explanation, { device: device.id })) {
      const whyNot = device.whyNot ?? 'under_way'
      const next = 'nothing to do here; `npx sealift device explain` says the same'
      return { status: 200, body: { device, whyNot, means: WHY_NOT[whyNot], next } satisfies Explanation }
    }
  }
  for (const rollout of fleet.rollouts) {
    if (pathname === pathOf(PEOPLE_ROUTES.rollout, { rollout: rollout.id })) return { status: 200, body: rollout }
    for (const action of Object.keys(STATES) as RolloutAction[]) {
      if (pathname !== pathOf(PEOPLE_ROUTES.rolloutAction, { rollout: rollout.id, action })) continue
      rollout.state = STATES[action]
      return { status: 200, body: rollout }
    }
  }
  return undefined
}

function devicePage({ devices }: Fleet, asked: URLSearchParams): DevicePage {
  const search = asked.get('search') ?? ''
  const show = asked.get('show')
  const limit = Number(asked.get('limit') ?? 50)
  const matching = devices
    .filter(({ id, product, hardwareId, running }) =>
      [id, product, hardwareId, running?.version ?? ''].some((word) => word.includes(search)),
    )
    .filter(({ rolloutId }) => !asked.has('rollout') || rolloutId === asked.get('rollout'))
    .filter(({ fault, whyNot }) => {
      if (show === 'faulty') return fault !== null
      if (show === 'silent') return whyNot === 'offline'
      if (show === 'awaiting-owner') return whyNot === 'awaiting_owner'
      return show !== 'past-support' || whyNot === 'past_support'
    })
    .toSorted((have, want) => have.id.localeCompare(want.id))
    .filter(({ id }) => id > (asked.get('after') ?? ''))
  const page = matching.slice(0, limit)
  return { devices: page, nextAfter: matching.length > limit ? (page.at(-1)?.id ?? null) : null }
}

function plan(fleet: Fleet, { product, version, waves = [], stopRule }: RolloutPlan): RolloutView {
  const [model] = fleet.rollouts
  if (!model) throw new Error('the fake plans only in a fleet that has a rollout')
  const rollout: RolloutView = {
    ...structuredClone(model),
    id: `r-${product}-${fleet.rollouts.length}`,
    product,
    version,
    waves,
    stopRule: { ...model.stopRule, ...stopRule },
    state: 'planned',
    stopReason: null,
  }
  fleet.rollouts.unshift(rollout)
  return rollout
}

function preview({ devices }: Fleet, { product, version, waves = [] }: RolloutPlan) {
  const ids = devices.filter((device) => device.product === product).map(({ id }) => id)
  const sized = waves.map(({ name, size, holdMs }) => ({
    name,
    holdMs,
    devices: Math.min(ids.length, 'devices' in size ? size.devices : Math.ceil((ids.length * size.percent) / 100)),
  }))
  return {
    product,
    version,
    waves: sized,
    stopRule: {},
    devices: ids.length,
    worstCase: sized[0]?.devices ?? 0,
    needsOwner: false,
    firstWave: ids.slice(0, sized[0]?.devices ?? 0),
  }
}

const WORDS: Readonly<Record<string, Pick<Problem, 'title' | 'next'>>> = {
  'access.link': { title: 'the sign-in link is unknown, used or past its date', next: 'make a new one' },
  'access.required': { title: 'not signed in', next: 'open the sign-in link that the server printed' },
  'access.rate': { title: 'too many requests', next: 'wait' },
  'assign.unknown': {
    title: 'no such product, release, device or rollout here',
    next: 'list what there is: `sealift device list`',
  },
}

function refuse(status: number, code: string): Answer {
  const { title, next } = WORDS[code] ?? { title: code, next: '' }
  return {
    status,
    body: { type: 'about:blank', title, status, detail: title, code, next, facts: {} } satisfies Problem,
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function sendFile(folder: string, pathname: string, response: ServerResponse): Promise<void> {
  const path = join(folder, normalize(pathname === '/' ? '/index.html' : pathname))
  try {
    const bytes = await readFile(path)
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    })
    response.end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}
