// Where everything is asked for. Server, agent, command line and console take their paths from here.

/** On the listener for devices: TLS 1.3, client certificate required. */
export const DEVICE_ROUTES = {
  /** Conditional: `If-None-Match` with the last ETag answers 304. 200 carries the director's `timestamp.json`. */
  check: '/device/v1/check',
  /** `N.root.json`, `timestamp.json`, `N.snapshot.json`, `N.targets.json` of this device's director. */
  director: '/device/v1/director/:file',
  /** `N.root.json`, `timestamp.json`, `N.snapshot.json`, `N.targets.json`, `N.product%2Fline.json`. */
  image: '/device/v1/image/:file',
  /** `<product>/<version>/<sha256>.<name>`: consistent snapshot naming, TUF 1.0.34 §6.2. Ranges are honoured. */
  target: '/device/v1/targets/*',
  reports: '/device/v1/reports',
} as const

/** Header of a check-in's answer: how long to wait before the next one, in milliseconds. */
export const POLL_HEADER = 'sealift-poll-ms'

/** On the listener for people: TLS 1.3, never asks for a client certificate. */
export const PEOPLE_ROUTES = {
  enrol: '/enrol/v1/claim',
  health: '/healthz',
  metrics: '/metrics',
  openapi: '/openapi.json',
  repository: '/repository/:file',
  session: '/api/v1/session',
  signInLinks: '/api/v1/sign-in-links',
  live: '/api/v1/live',
  fleet: '/api/v1/fleet',
  products: '/api/v1/products',
  product: '/api/v1/products/:product',
  support: '/api/v1/products/:product/support',
  claims: '/api/v1/claims',
  blob: '/api/v1/blobs/:sha256',
  publications: '/api/v1/publications',
  releases: '/api/v1/releases',
  release: '/api/v1/releases/:product/:version',
  devices: '/api/v1/devices',
  device: '/api/v1/devices/:device',
  explanation: '/api/v1/devices/:device/explanation',
  rollouts: '/api/v1/rollouts',
  preview: '/api/v1/rollout-previews',
  rollout: '/api/v1/rollouts/:rollout',
  rolloutAction: '/api/v1/rollouts/:rollout/:action',
  journal: '/api/v1/journal',
  journalExport: '/api/v1/journal.ndjson',
} as const

export const ROLLOUT_ACTIONS = ['start', 'pause', 'resume', 'abort', 'retry-failed'] as const
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number]

/** A path with its `:names` and `*` filled in, each segment percent-encoded. */
export function pathOf(route: string, names: Readonly<Record<string, string>> = {}): string {
  return route.replace(/:([a-zA-Z0-9]+)|\*/g, (_whole, name: string | undefined) =>
    name === undefined ? encodePath(names['*'] ?? '') : encodeURIComponent(names[name] ?? ''),
  )
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
