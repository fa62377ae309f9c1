// The files of the image repository as they are kept: exact texts, by role and version.

import type { RepositoryTexts } from '@sealift/trust'
import { expiresAtMs } from '@sealift/trust'
import type { Store, Trx } from '../store/store.ts'

/** Either may be asked; only a transaction may write. */
export type Asked = Store | Trx

export type KeptFile = { readonly role: string; readonly version: number; readonly text: string }

/** Files that follow each other: a client in the midst of a refresh still finds the one that was just replaced. */
const GENERATIONS_KEPT = 2

/** What is in force, as a client that is up to date holds it. */
export async function currentTexts(asked: Asked): Promise<RepositoryTexts | undefined> {
  const current = new Map((await currentFiles(asked)).map((file) => [file.role, file.text]))
  const root = current.get('root')
  if (root === undefined) return undefined
  const top = ['root', 'timestamp', 'snapshot', 'targets']
  const [, timestamp, snapshot, targets] = top.map((role) => current.get(role))
  return {
    root,
    ...(timestamp !== undefined && { timestamp }),
    ...(snapshot !== undefined && { snapshot }),
    ...(targets !== undefined && { targets }),
    delegated: Object.fromEntries([...current].filter(([role]) => !top.includes(role))),
  }
}

/** The newest file of each role. */
export async function currentFiles(asked: Asked): Promise<readonly KeptFile[]> {
  return await asked
    .selectFrom('image_metadata as file')
    .select(['file.role', 'file.version', 'file.text'])
    .where((where) =>
      where('file.version', '=', (select) =>
        select
          .selectFrom('image_metadata as newest')
          .select((of) => of.fn.max('newest.version').as('version'))
          .whereRef('newest.role', '=', 'file.role'),
      ),
    )
    .orderBy('file.role')
    .execute()
}

export async function keptFile(asked: Asked, role: string, version: number | undefined): Promise<KeptFile | undefined> {
  let query = asked.selectFrom('image_metadata').select(['role', 'version', 'text']).where('role', '=', role)
  if (version !== undefined) query = query.where('version', '=', version)
  return await query.orderBy('version', 'desc').limit(1).executeTakeFirst()
}

/** Keep a new file, and let go of those of its role that nobody asks for any more. Roots are kept for ever: they are the chain. */
export async function keepFile(
  trx: Trx,
  file: KeptFile,
  signed: { readonly expires: string },
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('image_metadata')
    .values({ ...file, expires_at_ms: expiresAtMs(signed), stored_at_ms: nowMs })
    .execute()
  if (file.role === 'root') return
  await trx
    .deleteFrom('image_metadata')
    .where('role', '=', file.role)
    .where('version', '<=', file.version - GENERATIONS_KEPT)
    .execute()
}
