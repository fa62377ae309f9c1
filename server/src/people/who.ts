// Who is behind a request: a program by its token, or a person by the session cookie.

import type { Actor, Session } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'
import type { House } from '../house.ts'
import { hashOf } from '../identity/secret.ts'
import { SESSION_IDLE_MS } from './sign-in.ts'

/** `__Host-`: the browser itself insists on Secure, on this very host, and on the path `/`. RFC 6265bis §4.1.3. */
export const SESSION_COOKIE = '__Host-sealift'

/** A session that is used is written down as used, but not at each request. */
const SEEN_EVERY_MS = 60_000

export type Who = { readonly actor: Actor; readonly session: Session }

/** Undefined when the request carries nothing that is valid now. */
export async function whoAsks(house: House, request: FastifyRequest): Promise<Who | undefined> {
  const token = bearerOf(request)
  if (token !== undefined) return await byToken(house, token)
  const cookie = request.cookies[SESSION_COOKIE]
  return cookie === undefined ? undefined : await bySession(house, cookie)
}

/** RFC 6750 §2.1: in the header and nowhere else, never in a URL. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,256})$/.exec(request.headers.authorization ?? '')?.[1]
}

async function byToken(house: House, token: string): Promise<Who | undefined> {
  const row = await house.store
    .selectFrom('api_token')
    .select(['name', 'role', 'expires_at_ms'])
    .where('token_hash', '=', hashOf(token))
    .where('expires_at_ms', '>', house.clock.nowMs())
    .executeTakeFirst()
  return row && whoIs('token', row)
}

async function bySession(house: House, secret: string): Promise<Who | undefined> {
  const nowMs = house.clock.nowMs()
  const row = await house.store
    .selectFrom('session')
    .select(['token_hash', 'name', 'role', 'seen_at_ms', 'expires_at_ms'])
    .where('token_hash', '=', hashOf(secret))
    .where('expires_at_ms', '>', nowMs)
    .where('seen_at_ms', '>', nowMs - SESSION_IDLE_MS)
    .executeTakeFirst()
  if (row && nowMs - row.seen_at_ms >= SEEN_EVERY_MS) {
    await house.store
      .updateTable('session')
      .set({ seen_at_ms: nowMs })
      .where('token_hash', '=', row.token_hash)
      .execute()
  }
  return row && whoIs('person', row)
}

function whoIs(
  kind: 'person' | 'token',
  row: { readonly name: string; readonly role: Session['role']; readonly expires_at_ms: number },
): Who {
  const { name, role, expires_at_ms: expiresAtMs } = row
  return { actor: { kind, id: name }, session: { name, role, expiresAtMs } }
}
