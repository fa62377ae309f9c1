// Publishing, and the image repository as anybody may read it: a plain TUF repository.

import { Fault, PEOPLE_ROUTES, Publication, Published } from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, actorOf } from '../listeners/app.ts'
import { accept } from './accept.ts'
import { readFileName } from './file-name.ts'
import { keptFile } from './image-files.ts'
import { MetadataText, sendMetadata } from './send-metadata.ts'

/** Metadata with ML-DSA signatures and many releases is large. */
const PUBLICATION_BYTES_MAX = 32 * 2 ** 20

export function publicationRoutes(app: App, house: House): void {
  app.post(
    PEOPLE_ROUTES.publications,
    {
      bodyLimit: PUBLICATION_BYTES_MAX,
      schema: {
        summary: 'Publish signed metadata; it is verified as a device would, and kept whole or not at all',
        tags: ['release'],
        body: Publication,
        response: { 200: Published },
      },
    },
    async (request) => await accept(house, request.body, actorOf(request)),
  )
}

/** For everybody: what is signed is no secret. */
export function repositoryRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.repository,
    {
      schema: {
        summary: 'A file of the image repository (TUF 1.0.34, consistent snapshots)',
        tags: ['release'],
        security: [],
        params: Type.Object({ file: Type.String({ maxLength: 128 }) }),
        response: { 200: MetadataText },
      },
    },
    async (request, reply) => {
      const name = readFileName(request.params.file)
      const file = name && (await keptFile(house.store, name.role, name.version))
      if (!file) throw new Fault('assign.unknown', { file: request.params.file })
      const lasts = name.version === undefined ? 'no-cache' : 'public, max-age=31536000, immutable'
      reply.header('cache-control', lasts)
      return await sendMetadata(reply, file.text)
    },
  )
}
