// The server's log: one JSON object a line, on the server's clock, with nothing secret in it.

import type { Clock } from '@sealift/world'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'

export type LogTo = { write(line: string): void }

/**
 * Requests are logged by route, status and who asked (new-app.ts): no URL, header or body ever comes in here.
 * @param to  undefined for silence
 */
export function newLog(clock: Clock, to: LogTo | undefined): FastifyBaseLogger {
  const options = { base: null, timestamp: () => `,"time":${clock.nowMs()}` }
  return to ? pino(options, to) : pino({ ...options, level: 'silent' })
}
