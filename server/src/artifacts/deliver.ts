// Send an image, or a part of it, to the one device it is assigned to: in chunks, counted, and not to all at once.

import { Readable } from 'node:stream'
import { DEVICE_ROUTES, Fault } from '@sealift/protocol'
import type { Disk, DiskFile } from '@sealift/world'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, deviceOf } from '../listeners/app.ts'
import { assignDevice } from '../rollouts/assign-device.ts'
import type { DeviceRow, ReleaseRow } from '../store/schema.ts'
import { blobNameOf } from './blob-name.ts'
import { type Part, partOf } from './range.ts'

const CHUNK_BYTES = 256 * 1024

/** Those who are told to come back must not all come back in the same second. */
const RETRY_S = { least: 5, spread: 20 }

export function deliverRoutes(app: App, house: House): void {
  app.get(
    DEVICE_ROUTES.target,
    {
      schema: {
        summary: 'The image that is assigned to this device; ranges are honoured',
        tags: ['device'],
        headers: Type.Object({
          range: Type.Optional(Type.String({ maxLength: 128 })),
          'if-range': Type.Optional(Type.String({ maxLength: 128 })),
          'if-none-match': Type.Optional(Type.String({ maxLength: 128 })),
        }),
        produces: ['application/octet-stream'],
        response: { 200: Type.Any(), 206: Type.Any(), 304: Type.Null() },
      },
    },
    async (request, reply) => {
      // No schema for it: TypeBox 1.4 takes the names of properties for regular expressions, and `*` is none.
      const { '*': path } = request.params as { '*': string }
      const release = await assignedRelease(house, deviceOf(request), path)
      const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = request.headers
      const etag = `"${release.sha256}"`
      const lengthBytes = release.length_bytes
      reply
        .header('etag', etag)
        .header('accept-ranges', 'bytes')
        .header('cache-control', 'private, max-age=31536000, immutable')
      if (ifNoneMatch === etag) return await reply.code(304).send(null)
      const part = askedPart(range, ifRange, etag, lengthBytes, (value) => {
        reply.header('content-range', value)
      })
      const image = await openImage(house, release, part ?? { fromBytes: 0, toBytes: lengthBytes })
      if (part) {
        reply.code(206).header('content-range', `bytes ${part.fromBytes}-${part.toBytes - 1}/${lengthBytes}`)
      }
      reply.type('application/octet-stream').header('content-length', image.lengthBytes)
      return await reply.send(image.stream)
    },
  )
}

// RFC 9110 §15.5.17: a 416 says how long the image is.
function askedPart(
  range: string | undefined,
  ifRange: string | undefined,
  etag: string,
  lengthBytes: number,
  contentRange: (value: string) => void,
): Part | undefined {
  try {
    return partOf(range, ifRange, etag, lengthBytes)
  } catch (error) {
    contentRange(`bytes */${lengthBytes}`)
    throw error
  }
}

// Asked anew for each download: a rollout that was paused or stopped gives out nothing more, not even the rest of an image.
async function assignedRelease(house: House, device: DeviceRow, path: string): Promise<ReleaseRow> {
  const nowMs = house.clock.nowMs()
  const { release } = await house.store.transaction().execute((trx) => assignDevice(trx, device, nowMs))
  if (!release || path !== consistentPathOf(release)) throw new Fault('deliver.not-yours')
  return release
}

/** TUF 1.0.34 §6.2: the digest stands before the file's name. */
function consistentPathOf(release: Pick<ReleaseRow, 'target_path' | 'sha256'>): string {
  const slash = release.target_path.lastIndexOf('/')
  return `${release.target_path.slice(0, slash + 1)}${release.sha256}.${release.target_path.slice(slash + 1)}`
}

async function openImage(
  house: House,
  release: ReleaseRow,
  part: Part,
): Promise<{ readonly stream: Readable; readonly lengthBytes: number }> {
  const { downloads } = house
  if (!downloads.begin()) {
    const retryAfterS = Math.round(RETRY_S.least + RETRY_S.spread * house.chance.fraction())
    throw new Fault('deliver.busy', { retryAfterS })
  }
  const file = await openWhole(house.disk, release).catch((error: unknown) => {
    downloads.end()
    throw error
  })
  const sent = (lengthBytes: number) => house.metrics.downloadBytes.inc(lengthBytes)
  const stream = Readable.from(chunksOf(file, part, sent), { objectMode: false, highWaterMark: CHUNK_BYTES })
  // Not in the generator's `finally`: a stream that nobody began to read never runs its generator.
  stream.once('close', () => {
    downloads.end()
    file.close().catch((error: unknown) => house.log.error({ err: error }, 'could not close an image'))
  })
  return { stream, lengthBytes: part.toBytes - part.fromBytes }
}

async function openWhole(disk: Disk, release: ReleaseRow): Promise<DiskFile> {
  const file = await disk.open(blobNameOf(release.sha256))
  const have = await file.lengthBytes()
  if (have === release.length_bytes) return file
  await file.close()
  throw new Fault('keep.damaged', { what: 'blob', sha256: release.sha256, have, want: release.length_bytes })
}

async function* chunksOf(file: DiskFile, part: Part, sent: (lengthBytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let atBytes = part.fromBytes; atBytes < part.toBytes; ) {
    const chunk = await file.readAt(atBytes, Math.min(CHUNK_BYTES, part.toBytes - atBytes))
    if (chunk.byteLength === 0) throw new Fault('keep.damaged', { what: 'blob', why: 'ends early' })
    yield chunk
    atBytes += chunk.byteLength
    sent(chunk.byteLength)
  }
}
