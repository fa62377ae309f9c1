// Requests that change something come from our own pages, or from a program with a token: never from another site (attack 38).

import { Fault } from '@sealift/protocol'
import type { FastifyRequest } from 'fastify'

const HARMLESS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Browsers say where a request comes from, in two headers that no page can forge. A request without either is not
 * from a browser of our time, and a cookie is worth nothing to anybody else.
 *
 * @throws {Fault} `access.forged`
 * @see https://www.w3.org/TR/fetch-metadata/ §2.3
 */
export function requireSameSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') refuse(`site is ${String(site)}`)
  if (HARMLESS.includes(request.method)) return
  if (site === 'same-origin') return
  const { origin, host } = request.headers
  if (origin === undefined || origin !== `https://${host ?? ''}`) refuse('origin is not ours')
}

function refuse(why: string): never {
  throw new Fault('access.forged', { why })
}
