// `sealift release publish`: bring a signed release to the server, images first.

import type { PublishApi } from '@sealift/maker'
import { PEOPLE_ROUTES, Published } from '@sealift/protocol'
import { realDisk } from '@sealift/world/real'
import { type Api, withApi } from '../api.ts'
import { argument, command } from '../command.ts'
import { requireSide } from '../org.ts'
import { paint } from '../output/paint.ts'
import { startProgress } from '../output/progress.ts'
import { bytes } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import type { Session } from '../session.ts'
import { upload } from '../upload.ts'

export const publishRelease = command({
  summary: 'bring a signed release to the server',
  more: `The image goes first, then the signed metadata; whatever else of the product is signed and not there yet goes along.
What was interrupted goes on when it is called again. No device gets it before a rollout starts.`,
  arguments: {
    product: argument('<product>', 'id of the product'),
    version: argument('<version>', 'version of the release'),
  },
  options: {},
  writes: true,
  inOrg: true,
  examples: [
    'sealift release publish thermostat 1.2.0',
    'sealift release publish thermostat 1.2.0 --dry-run   # what would be sent',
    'sealift release publish thermostat 1.2.0 --json',
  ],
  async run(session, { product, version }) {
    const disk = realDisk(await requireSide(session, 'maker'))
    const maker = await import('@sealift/maker')
    return await withApi(session, async (api) => {
      const port = session.dryRun ? onlyLooking(api) : sending(session, api)
      const { blobs, published } = await maker.publishRelease({ disk, api: port, product, version })
      const sent: readonly SafeText[] = blobs.map(({ sha256, lengthBytes, known }) =>
        known
          ? say`image ${sha256.slice(0, 16)}… was there already`
          : say`image ${sha256.slice(0, 16)}…, ${bytes(lengthBytes)}`,
      )
      if (session.dryRun) {
        const metadata = published === undefined ? 'no metadata: it has all' : 'the signed metadata'
        const lines = [say`dry run: would send`, ...sent.map((line) => say`  ${line}`), say`  ${metadata}`]
        return { json: { dryRun: true, images: blobs, metadata: published !== undefined }, lines }
      }
      const what = paint.strong(`${product} ${version}`)
      const end =
        published === undefined ? say`the server had ${what} already` : say`${paint.good('published')} ${what}`
      const next = say`next: sealift rollout plan ${product} ${version}`
      return { json: { product, version, images: blobs, published: published ?? null }, lines: [...sent, end, next] }
    })
  },
})

// Names of delegated roles are percent-encoded in file names (TUF 1.0.34 §5.6.7) already; `pathOf` would do it twice.
function served(api: Api, file: string): Promise<string | undefined> {
  return api.text(PEOPLE_ROUTES.repository, { file: decodeURIComponent(file) })
}

function sending(session: Session, api: Api): PublishApi {
  return {
    current: (file) => served(api, file),
    publish: (publication) => api.post(Published, PEOPLE_ROUTES.publications, publication),
    async putBlob(sha256, lengthBytes, chunks) {
      const progress = startProgress(session.terminal, session.clock, `upload ${sha256.slice(0, 8)}…`, lengthBytes)
      try {
        return await upload(api.connection, { sha256, lengthBytes, chunks, onProgress: progress.move })
      } finally {
        progress.end()
      }
    },
  }
}

// Sees what the server has, and sends nothing.
function onlyLooking(api: Api): PublishApi {
  return {
    current: (file) => served(api, file),
    publish: async () => ({ snapshotVersion: 0, timestampVersion: 0, releases: [] }),
    putBlob: async (sha256, lengthBytes) => ({ sha256, lengthBytes, known: false }),
  }
}
