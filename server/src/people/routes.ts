// Signing in and out, and links for the next person.

import { Fault, PEOPLE_ROUTES, Session, SignIn, SignInLink } from '@sealift/protocol'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { type App, actorOf } from '../listeners/app.ts'
import type { Failures } from './failures.ts'
import { requireSameSite } from './same-site.ts'
import { createSignInLink, SESSION_VALID_MS, signIn, signOut } from './sign-in.ts'
import { SESSION_COOKIE, whoAsks } from './who.ts'

const tags = ['people']

/** For everybody: this is the door. */
export function signInRoutes(app: App, house: House, failures: Failures): void {
  app.post(
    PEOPLE_ROUTES.session,
    {
      schema: {
        summary: 'Sign in with a one-time link',
        tags,
        body: SignIn,
        response: { 200: Session },
        security: [],
      },
    },
    async (request, reply) => {
      requireSameSite(request)
      const { secret, session } = await failures.counted(request.ip, () => signIn(house, request.body.link))
      setCookie(reply, secret, SESSION_VALID_MS / 1000)
      return session
    },
  )
}

/** For those who are signed in. */
export function sessionRoutes(app: App, house: House): void {
  app.get(
    PEOPLE_ROUTES.session,
    { schema: { summary: 'Who am I', tags, response: { 200: Session } } },
    async (request) => {
      const who = await whoAsks(house, request)
      if (!who) throw new Fault('access.required')
      return who.session
    },
  )

  app.delete(
    PEOPLE_ROUTES.session,
    { schema: { summary: 'Sign out', tags, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const secret = request.cookies[SESSION_COOKIE]
      if (secret !== undefined) await signOut(house, secret)
      setCookie(reply, '', 0)
      return await reply.code(204).send(null)
    },
  )

  app.post(
    PEOPLE_ROUTES.signInLinks,
    { schema: { summary: 'A one-time sign-in link for an administrator', tags, response: { 201: SignInLink } } },
    async (request, reply) => {
      const actor = actorOf(request)
      const link = await createSignInLink(house, { name: 'admin', role: 'admin' })
      const line = { actor, action: 'sign-in-link.made', subject: 'admin', facts: { expiresAtMs: link.expiresAtMs } }
      await house.store.transaction().execute((trx) => appendJournal(trx, house.clock.nowMs(), line))
      return await reply.code(201).send(link)
    },
  )
}

function setCookie(reply: FastifyReply, secret: string, maxAgeS: number): void {
  reply.setCookie(SESSION_COOKIE, secret, {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'strict',
    maxAge: maxAgeS,
  })
}
