// Metadata goes out as bytes: what was signed is what is sent, and nothing on the way looks into it.

import type { FastifyReply } from 'fastify'
import Type from 'typebox'

export const MetadataText = Type.Unsafe<Uint8Array>({
  type: 'object',
  description: 'TUF metadata, byte for byte as it was signed',
})

export async function sendMetadata(reply: FastifyReply, text: string): Promise<FastifyReply> {
  return await reply.type('application/json').send(Buffer.from(text, 'utf8'))
}
