// Signing in: a link that works once becomes a session. There is no password, so there is none to guess or to leak.

import { Fault, type Session, type SignInLink } from '@sealift/protocol'
import type { House } from '../house.ts'
import { hashOf, newSecret } from '../identity/secret.ts'
import { appendJournal } from '../journal/append.ts'
import type { Trx } from '../store/store.ts'

const MINUTE_MS = 60_000
const LINK_VALID_MS = 60 * MINUTE_MS
/** A session ends after so long without a request, and in any case after so long. */
export const SESSION_IDLE_MS = 8 * 60 * MINUTE_MS
export const SESSION_VALID_MS = 7 * 24 * 60 * MINUTE_MS

export type NewLink = { readonly name: string; readonly role: Session['role'] }

/** The secret stands behind the `#`: a browser never sends that part to anybody, and no log of a server has it. */
export async function createSignInLink(
  house: Pick<House, 'store' | 'clock' | 'chance' | 'settings'>,
  { name, role }: NewLink,
): Promise<SignInLink> {
  const link = newSecret(house.chance, 'link')
  const expiresAtMs = house.clock.nowMs() + LINK_VALID_MS
  await house.store
    .insertInto('sign_in_link')
    .values({ token_hash: hashOf(link), name, role, expires_at_ms: expiresAtMs, used_at_ms: null })
    .execute()
  return { url: `${house.settings.peopleUrl}/#/sign-in?link=${link}`, expiresAtMs }
}

export type SignedIn = { readonly secret: string; readonly session: Session }

/** @throws {Fault} `access.link` */
export async function signIn(house: House, link: string): Promise<SignedIn> {
  const nowMs = house.clock.nowMs()
  const secret = newSecret(house.chance, 'session')
  const session = await house.store.transaction().execute(async (trx) => {
    const { name, role } = await useLink(trx, link, nowMs)
    const expiresAtMs = nowMs + SESSION_VALID_MS
    await trx
      .insertInto('session')
      .values({
        token_hash: hashOf(secret),
        name,
        role,
        created_at_ms: nowMs,
        seen_at_ms: nowMs,
        expires_at_ms: expiresAtMs,
      })
      .execute()
    await appendJournal(trx, nowMs, { actor: { kind: 'person', id: name }, action: 'session.begun', subject: name })
    return { name, role, expiresAtMs }
  })
  return { secret, session }
}

async function useLink(trx: Trx, link: string, nowMs: number): Promise<NewLink> {
  const used = await trx
    .updateTable('sign_in_link')
    .set({ used_at_ms: nowMs })
    .where('token_hash', '=', hashOf(link))
    .where('used_at_ms', 'is', null)
    .where('expires_at_ms', '>', nowMs)
    .returning(['name', 'role'])
    .executeTakeFirst()
  if (!used) throw new Fault('access.link')
  return used
}

export async function signOut(house: House, secret: string): Promise<void> {
  await house.store.deleteFrom('session').where('token_hash', '=', hashOf(secret)).execute()
}

/** Forget what has ended; called now and then. */
export async function forgetEnded(house: Pick<House, 'store' | 'clock'>): Promise<void> {
  const nowMs = house.clock.nowMs()
  await house.store.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('session')
      .where((where) =>
        where.or([where('expires_at_ms', '<=', nowMs), where('seen_at_ms', '<=', nowMs - SESSION_IDLE_MS)]),
      )
      .execute()
    await trx.deleteFrom('sign_in_link').where('expires_at_ms', '<=', nowMs).execute()
    await trx.deleteFrom('api_token').where('expires_at_ms', '<=', nowMs).execute()
  })
}
