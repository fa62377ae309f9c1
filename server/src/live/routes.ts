// Live: server-sent events that say what changed, so that a page looks again instead of asking all the time.

import { Readable } from 'node:stream'
import { Fault, type LiveEvent, PEOPLE_ROUTES } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { House } from '../house.ts'
import type { App } from '../listeners/app.ts'
import { whoAsks } from '../people/who.ts'
import type { Watcher } from './live.ts'

/** A connection that is silent for long is cut by somebody on the way; a browser that lost it comes back after this. */
const HEARTBEAT_MS = 15_000
const RECONNECT_MS = 3_000

/** Changes come in bursts: what happens within this time is told together. */
const GATHER_MS = 100

export function liveRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.live,
    {
      schema: {
        summary: 'Server-sent events: something of this kind changed, look again',
        tags: ['people'],
        produces: ['text/event-stream'],
        response: { 200: Type.Any() },
      },
    },
    async (request, reply) => {
      const watcher = house.live.watch()
      if (!watcher) throw new Fault('access.rate', { why: 'too many watch already', retryAfterS: 30 })
      const stream = Readable.from(eventsFor(watcher, house, request), { objectMode: false })
      reply.raw.once('close', () => watcher.close())
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream')
      return await reply.send(stream)
    },
  )
}

// Signing out, or a token's end, ends the stream too: it is asked again every now and then, however much happens (attack 37).
async function* eventsFor(watcher: Watcher, house: House, request: FastifyRequest): AsyncGenerator<string> {
  const { clock } = house
  let askedMs = clock.elapsedMs()
  yield `retry: ${RECONNECT_MS}\n\n`
  for (;;) {
    const beat = new AbortController()
    await Promise.race([watcher.next(), clock.sleep(HEARTBEAT_MS, beat.signal)])
    beat.abort()
    if (watcher.closed) return
    await clock.sleep(GATHER_MS)
    if (clock.elapsedMs() - askedMs >= HEARTBEAT_MS) {
      if (!(await whoAsks(house, request))) return
      askedMs = clock.elapsedMs()
    }
    const events = watcher.take()
    yield events.length > 0 ? events.map(frameOf).join('') : ': still here\n\n'
  }
}

function frameOf(event: LiveEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`
}
