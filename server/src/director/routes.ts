// What a device asks for: has anything changed, and the metadata of both repositories.

import { DEVICE_ROUTES, Fault, POLL_HEADER } from '@sealift/protocol'
import Type from 'typebox'
import type { House } from '../house.ts'
import { type App, deviceOf } from '../listeners/app.ts'
import { mayAskFor, readFileName } from '../repository/file-name.ts'
import { keptFile } from '../repository/image-files.ts'
import { MetadataText, sendMetadata } from '../repository/send-metadata.ts'
import { direct } from './direct.ts'
import { directorFile } from './director-files.ts'

const FileParams = Type.Object({ file: Type.String({ maxLength: 128 }) })

export function directorRoutes(app: App, house: House): void {
  app.get(
    DEVICE_ROUTES.check,
    {
      schema: {
        summary: 'Check in: the timestamp of the director, or 304 when nothing changed',
        tags: ['device'],
        headers: Type.Object({ 'if-none-match': Type.Optional(Type.String({ maxLength: 128 })) }),
        response: { 200: MetadataText, 304: Type.Null() },
      },
    },
    async (request, reply) => {
      const { etag, timestamp } = await direct(house, deviceOf(request), request.headers['if-none-match'])
      house.metrics.checks.inc({ answer: timestamp === undefined ? 'unchanged' : 'changed' })
      reply.header('etag', etag).header('cache-control', 'no-cache').header(POLL_HEADER, String(house.settings.pollMs))
      return timestamp === undefined ? await reply.code(304).send(null) : await sendMetadata(reply, timestamp)
    },
  )

  app.get(
    DEVICE_ROUTES.director,
    {
      schema: {
        summary: 'A file of this device’s director repository',
        tags: ['device'],
        params: FileParams,
        response: { 200: MetadataText },
      },
    },
    async (request, reply) => {
      const text = await directorFile(house.store, deviceOf(request).id, request.params.file)
      if (text === undefined) throw new Fault('deliver.not-yours')
      return await sendMetadata(reply, text)
    },
  )

  app.get(
    DEVICE_ROUTES.image,
    {
      schema: {
        summary: 'A file of the image repository: top-level roles and the role of this device’s product',
        tags: ['device'],
        params: FileParams,
        response: { 200: MetadataText },
      },
    },
    async (request, reply) => {
      const name = readFileName(request.params.file)
      if (!name || !mayAskFor(deviceOf(request).product, name.role)) throw new Fault('deliver.not-yours')
      const file = await keptFile(house.store, name.role, name.version)
      if (!file) throw new Fault('deliver.not-yours')
      return await sendMetadata(reply, file.text)
    },
  )
}
