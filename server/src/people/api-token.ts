// Tokens for programs: the command line, a build server, Prometheus. With an end date, and kept as a hash.

import type { Session } from '@sealift/protocol'
import type { Chance } from '@sealift/world'
import { hashOf, newSecret } from '../identity/secret.ts'
import type { Store, Trx } from '../store/store.ts'

const TOKEN_VALID_MS = 365 * 86_400_000

/** The token itself: shown here, and never again. */
export async function createApiToken(
  store: Store | Trx,
  chance: Chance,
  { name, role }: { readonly name: string; readonly role: Session['role'] },
  nowMs: number,
): Promise<string> {
  const token = newSecret(chance, 'token')
  await store
    .insertInto('api_token')
    .values({ token_hash: hashOf(token), name, role, created_at_ms: nowMs, expires_at_ms: nowMs + TOKEN_VALID_MS })
    .execute()
  return token
}
