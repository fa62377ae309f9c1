// The root of the director repository: signed offline by the maker, served to every device.

import { Fault } from '@sealift/protocol'
import type { Store, Trx } from '../store/store.ts'

/** The newest one. */
export async function latestDirectorRoot(asked: Store | Trx): Promise<{ version: number; text: string }> {
  const root = await asked
    .selectFrom('director_root')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!root) throw new Fault('keep.damaged', { what: 'director repository', why: 'no root' })
  return root
}
