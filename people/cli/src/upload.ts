// Send an image to the server as a stream: it never has to fit into memory.

import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import { BlobStored, Fault, PEOPLE_ROUTES, parseJson, pathOf } from '@sealift/protocol'
import type { Reply } from '@sealift/world'
import { originOf, readAll, refusalOf } from './api.ts'
import type { Connection } from './org.ts'

export type Upload = {
  readonly sha256: string
  readonly lengthBytes: number
  readonly chunks: AsyncIterable<Uint8Array>
  /** Told what was handed to the network. */
  readonly onProgress?: ((doneBytes: number, ofBytes: number) => void) | undefined
}

// A server that neither takes nor says anything for so long is gone.
const SILENCE_MS_MAX = 60_000
const ANSWER_BYTES_MAX = 65_536

/**
 * Puts the bytes under their digest.
 * @throws {Fault} `publish.unreachable`, `check.untrusted-server`, `check.refused`
 * @throws {Refused} for example with `publish.digest`
 */
export async function upload(connection: Connection, blob: Upload): Promise<BlobStored> {
  const reply = await put(connection, blob)
  if (reply.status < 200 || reply.status > 299) throw await refusalOf(reply)
  const answer = await readAll(reply, ANSWER_BYTES_MAX)
  return parseJson(BlobStored, answer, { lengthBytesMax: ANSWER_BYTES_MAX }, 'check.refused')
}

function put(connection: Connection, blob: Upload): Promise<Reply> {
  const url = originOf(connection.url) + pathOf(PEOPLE_ROUTES.blob, { sha256: blob.sha256 })
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const outgoing = request(url, {
    method: 'PUT',
    agent: false,
    ca: connection.serverCaPem,
    minVersion: 'TLSv1.3',
    timeout: SILENCE_MS_MAX,
    headers: {
      authorization: `Bearer ${connection.token}`,
      'content-type': 'application/octet-stream',
      'content-length': String(blob.lengthBytes),
    },
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('silent for too long')))
  outgoing.on('response', (incoming) => resolve(replyOf(incoming)))
  // After an answer, a connection that ends under the rest of the body is no news: then this rejects nothing.
  pipeline(Readable.from(counted(blob)), outgoing).catch((cause: unknown) => {
    reject(cause instanceof Fault ? cause : faultOf(cause as Error, url, outgoing.socket as TLSSocket | null))
  })
  return promise
}

async function* counted({ chunks, lengthBytes, onProgress }: Upload): AsyncGenerator<Uint8Array> {
  let doneBytes = 0
  for await (const chunk of chunks) {
    yield chunk
    doneBytes += chunk.byteLength
    onProgress?.(doneBytes, lengthBytes)
  }
}

function replyOf(incoming: IncomingMessage): Reply {
  return { status: incoming.statusCode ?? 0, headers: {}, body: incoming }
}

// Until the certificate is accepted, what is not an error of the connection itself is a lack of proof.
function faultOf(cause: NodeJS.ErrnoException, url: string, socket: TLSSocket | null): Fault {
  const isUntrusted = socket?.authorized !== true && !/^E[A-Z]+$/.test(cause.code ?? 'ETIMEDOUT')
  return new Fault(isUntrusted ? 'check.untrusted-server' : 'publish.unreachable', { url }, { cause })
}
