// The route that images are uploaded to, by their digest.

import type { Readable } from 'node:stream'
import { BlobStored, Fault, PEOPLE_ROUTES, Sha256 } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { House } from '../house.ts'
import type { App } from '../listeners/app.ts'
import { receiveBlob } from './receive.ts'

export function uploadRoutes(app: App, house: House): void {
  // The body is left alone: it goes to the disk chunk by chunk, and is never held in memory.
  app.addContentTypeParser('application/octet-stream', async (_request: FastifyRequest, body: Readable) => body)

  app.put(
    PEOPLE_ROUTES.blob,
    {
      // Fastify's own limit is on what its parsers hold; ours is on what the request announces.
      bodyLimit: house.settings.blobLengthBytesMax,
      schema: {
        summary: 'Upload an image; its digest is its name',
        description: 'Content-Length is required. Nothing is stored unless every byte came and the digest is right.',
        tags: ['release'],
        consumes: ['application/octet-stream'],
        params: Type.Object({ sha256: Sha256 }),
        response: { 200: BlobStored, 201: BlobStored },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const lengthBytes = announcedLength(request, house.settings.blobLengthBytesMax)
      if (!(request.body instanceof Object)) throw new Fault('assign.invalid', { why: 'send application/octet-stream' })
      // Leaving the loop early must not destroy the connection: the refusal has to reach the sender over it.
      const body = (request.body as Readable).iterator({ destroyOnReturn: false })
      // Written again even when it is known: so a blob that the disk lost or cut is mended by uploading it.
      await receiveBlob(house, { sha256, lengthBytes }, body)
      const stored = await house.store
        .insertInto('blob')
        .values({ sha256, length_bytes: lengthBytes, stored_at_ms: house.clock.nowMs() })
        .onConflict((conflict) => conflict.column('sha256').doNothing())
        .executeTakeFirst()
      const known = stored.numInsertedOrUpdatedRows === 0n
      return await reply.code(known ? 200 : 201).send({ sha256, lengthBytes, known })
    },
  )
}

function announcedLength(request: FastifyRequest, lengthBytesMax: number): number {
  const announced = request.headers['content-length']
  if (announced === undefined || !/^\d{1,15}$/.test(announced)) {
    throw new Fault('assign.invalid', { why: 'Content-Length is required' })
  }
  const lengthBytes = Number(announced)
  if (lengthBytes === 0) throw new Fault('assign.invalid', { why: 'an image has at least one byte' })
  if (lengthBytes > lengthBytesMax) throw new Fault('access.limit', { lengthBytes, lengthBytesMax })
  return lengthBytes
}
