// A Fastify instance whose routes take their types from TypeBox schemas, and who is behind a request.

import assert from 'node:assert/strict'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Actor } from '@sealift/protocol'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { DeviceRow } from '../store/schema.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, on the listener for people; null until the request proved it. */
    actor: Actor | null
    /** Which device asks, on the listener for devices; null until its certificate was found. */
    device: DeviceRow | null
  }
}

/** The person or token behind a request on a route that asks for one. */
export function actorOf(request: Pick<FastifyRequest, 'actor'>): Actor {
  assert(request.actor, 'this route is not behind the sign-in')
  return request.actor
}

/** The device behind a request on the device listener. */
export function deviceOf(request: Pick<FastifyRequest, 'device'>): DeviceRow {
  assert(request.device, 'this route is not behind the device certificate')
  return request.device
}
