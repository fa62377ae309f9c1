// `sealift release list` and `show`: what was made here, and what the server has.

import type { ReleaseHere } from '@sealift/maker'
import {
  compareVersions,
  Fault,
  PEOPLE_ROUTES,
  pathOf,
  type Release,
  ReleaseList,
  ReleaseView,
} from '@sealift/protocol'
import { realDisk } from '@sealift/world/real'
import { withApi } from '../api.ts'
import { argument, command, flag, option } from '../command.ts'
import { isFolder, sidesOf } from '../org.ts'
import { paint } from '../output/paint.ts'
import { bytes, duration, moment } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { type Column, facts, table } from '../output/table.ts'
import { Refused } from '../refused.ts'
import type { Session } from '../session.ts'

/** A release wherever it is; `releaseCounter` is null until it is signed, `publishedAtMs` until it is published. */
type Known = Omit<Release, 'releaseCounter'> & {
  readonly releaseCounter: number | null
  readonly state: 'made' | 'signed' | 'published'
  readonly targetPath: string
  readonly lengthBytes: number
  readonly sha256: string
  readonly publishedAtMs: number | null
}

export const listReleases = command({
  summary: 'list releases: made here, signed here, published',
  arguments: {},
  options: {
    product: option('--product <id>', 'only releases of this product'),
    offline: flag('--offline', 'only what lies in this folder; do not ask the server'),
  },
  writes: false,
  inOrg: true,
  examples: [
    'sealift release list',
    'sealift release list --product thermostat --json',
    'sealift release list --offline',
  ],
  async run(session, { product, offline }) {
    const here = await releasesHere(session)
    const there = offline ? [] : await releasesThere(session)
    const releases = merge(here, there).filter((release) => product === undefined || release.product === product)
    return { json: { releases }, lines: releaseTable(releases) }
  },
})

export const showRelease = command({
  summary: 'show all that is known of a release',
  arguments: {
    product: argument('<product>', 'id of the product'),
    version: argument('<version>', 'version of the release'),
  },
  options: { offline: flag('--offline', 'only what lies in this folder; do not ask the server') },
  writes: false,
  inOrg: true,
  examples: ['sealift release show thermostat 1.2.0', 'sealift release show thermostat 1.2.0 --offline --json'],
  async run(session, { product, version, offline }) {
    const isIt = (release: Known) => release.product === product && release.version === version
    const published = offline ? undefined : await releaseThere(session, product, version)
    const known = published ?? (await releasesHere(session)).find(isIt)
    if (!known) throw new Fault('build.unknown', { product, version })
    return { json: known, lines: releaseFacts(known) }
  },
})

async function releasesHere(session: Session): Promise<readonly Known[]> {
  const folder = sidesOf(session.orgFolder).maker
  if (!(await isFolder(folder))) return []
  const maker = await import('@sealift/maker')
  const disk = realDisk(folder)
  const products = await maker.listProducts(disk)
  const releases = await Promise.all(products.map(({ id }) => maker.listReleases(disk, id)))
  return releases.flat().map(knownHere)
}

async function releasesThere(session: Session): Promise<readonly Known[]> {
  const { releases } = await withApi(session, (api) => api.get(ReleaseList, PEOPLE_ROUTES.releases))
  return releases.map(knownThere)
}

async function releaseThere(session: Session, product: string, version: string): Promise<Known | undefined> {
  try {
    const path = pathOf(PEOPLE_ROUTES.release, { product, version })
    return knownThere(await withApi(session, (api) => api.get(ReleaseView, path)))
  } catch (error) {
    // Not published yet: it may still lie here.
    if (error instanceof Refused && error.problem.code === 'assign.unknown') return undefined
    throw error
  }
}

function knownHere({ draft, releaseCounter }: ReleaseHere): Known {
  const { release, targetPath, lengthBytes, sha256 } = draft
  const state = releaseCounter === undefined ? 'made' : 'signed'
  return {
    ...release,
    releaseCounter: releaseCounter ?? null,
    state,
    targetPath,
    lengthBytes,
    sha256,
    publishedAtMs: null,
  }
}

function knownThere(release: ReleaseView): Known {
  return { ...release, state: 'published' }
}

// What is published is told as the server tells it; the newest version of each product first.
function merge(here: readonly Known[], there: readonly Known[]): readonly Known[] {
  const published = new Set(there.map(({ product, version }) => `${product} ${version}`))
  const unpublished = here.filter(({ product, version }) => !published.has(`${product} ${version}`))
  return [...there, ...unpublished].sort(
    (have, want) => have.product.localeCompare(want.product) || compareVersions(want.version, have.version),
  )
}

function releaseTable(releases: readonly Known[]): readonly SafeText[] {
  const columns: readonly Column<Known>[] = [
    { heading: 'PRODUCT', cell: ({ product }) => product },
    { heading: 'VERSION', cell: ({ version }) => paint.strong(version) },
    { heading: 'STATE', cell: ({ state }) => (state === 'published' ? paint.good(state) : paint.careful(state)) },
    { heading: 'CLASS', cell: (release) => release.class },
    { heading: 'SIZE', cell: ({ lengthBytes }) => bytes(lengthBytes), right: true },
    { heading: 'SHA256', cell: ({ sha256 }) => `${sha256.slice(0, 16)}…` },
    { heading: 'PUBLISHED', cell: ({ publishedAtMs }) => (publishedAtMs === null ? '–' : moment(publishedAtMs)) },
  ]
  return table(releases, columns, 'no releases: make one with `sealift release create`')
}

function releaseFacts(release: Known): readonly SafeText[] {
  const { product, version, state, notes, hardwareIds, lengthBytes, publishedAtMs } = release
  return facts([
    ['release', paint.strong(`${product} ${version}`)],
    ['state', state],
    ['class', release.class],
    ['summary', notes.summary],
    ['risk', notes.risk],
    ['removes', notes.removes],
    ['hardware', hardwareIds.join(', ')],
    ['counters', say`release ${release.releaseCounter ?? '–'}, security ${release.securityCounter}`],
    ['busy for', say`${duration(release.durationS * 1000)}${release.reboot ? ', with a restart' : ''}`],
    ['format', release.format],
    ['size', say`${bytes(lengthBytes)} (${lengthBytes} bytes)`],
    ['sha256', release.sha256],
    ['target', release.targetPath],
    ['published', publishedAtMs === null ? '–' : moment(publishedAtMs)],
  ])
}
