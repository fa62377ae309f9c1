// Ask an image how it is: GET /health over its unix socket.

import { type IncomingMessage, request } from 'node:http'
import { Fault, parseJson } from '@sealift/protocol'
import Type from 'typebox'
import type { Health } from './machine.ts'

/** What an image answers: `healthy`, and when it is not, `why` in its own words. */
const Answer = Type.Object({ healthy: Type.Boolean(), why: Type.Optional(Type.String()) })

const LENGTH_BYTES_MAX = 4096
const WHY_LENGTH_MAX = 200

/** Never rejects: whatever is not an answer of this form is told as being ill, and no answer as none. */
export async function askHealth(socketPath: string, signal: AbortSignal): Promise<Health> {
  try {
    const reply = await ask(socketPath, signal)
    return judge(reply.statusCode ?? 0, await bodyOf(reply))
  } catch (error) {
    if (error instanceof Fault) return { answer: 'ill', why: 'its answer is not of the known form' }
    return {
      answer: 'none',
      why: signal.aborted ? 'it does not answer' : ((error as { code?: string }).code ?? 'no connection'),
    }
  }
}

function ask(socketPath: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { socketPath, path: '/health', headers: { host: 'image' }, agent: false as const, signal }
    request(options, resolve).on('error', reject).end()
  })
}

async function bodyOf(reply: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let lengthBytes = 0
  for await (const chunk of reply as AsyncIterable<Uint8Array>) {
    lengthBytes += chunk.byteLength
    if (lengthBytes > LENGTH_BYTES_MAX) break
    chunks.push(chunk)
  }
  return lengthBytes > LENGTH_BYTES_MAX ? new Uint8Array(LENGTH_BYTES_MAX + 1) : Buffer.concat(chunks)
}

function judge(status: number, body: Uint8Array): Health {
  const { healthy, why } = parseJson(
    Answer,
    body,
    { lengthBytesMax: LENGTH_BYTES_MAX, depthMax: 8 },
    'confirm.unhealthy',
  )
  if (status === 200 && healthy) return { answer: 'well' }
  return { answer: 'ill', why: (why ?? `status ${status}`).slice(0, WHY_LENGTH_MAX) }
}
