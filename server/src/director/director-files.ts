// The files of one device's director repository, by the names that a client asks for.

import { readFileName } from '../repository/file-name.ts'
import type { Store } from '../store/store.ts'

/** Undefined when this device has no such file; another device's files have no name here. */
export async function directorFile(store: Store, deviceId: string, file: string): Promise<string | undefined> {
  const name = readFileName(file)
  if (!name) return undefined
  if (name.role === 'root') return await rootText(store, name.version)
  if (name.role !== 'targets' && name.role !== 'snapshot' && name.role !== 'timestamp') return undefined
  const row = await store
    .selectFrom('director_metadata')
    .select(['version', `${name.role} as text`])
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row && (name.version === undefined || name.version === row.version) ? row.text : undefined
}

async function rootText(store: Store, version: number | undefined): Promise<string | undefined> {
  if (version === undefined) return undefined
  const row = await store.selectFrom('director_root').select('text').where('version', '=', version).executeTakeFirst()
  return row?.text
}
