// Signed metadata of an image repository as files in a folder, named as the server serves them.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '@sealift/protocol'
import type { RepositoryTexts } from '@sealift/trust'

// `root.json`, `3.targets.json`, `1.product%2Fthermostat.json`.
const FILE = /^(?:(\d{1,15})\.)?([A-Za-z0-9._%-]+)\.json$/

const TOP_LEVEL: ReadonlySet<string> = new Set(['root', 'timestamp', 'snapshot', 'targets'])

/**
 * Texts of the targets and the delegated roles in `folder`, the newest of each.
 *
 * @param rootFile  where trust begins; it must have come by another way than the folder
 * @throws {Fault} `keep.missing` when no targets are there
 */
export async function readMetadataFolder(folder: string, rootFile: string): Promise<RepositoryTexts> {
  const newest = new Map<string, { version: number; file: string }>()
  for (const file of await readdir(folder)) {
    const [, version = '0', role] = FILE.exec(file) ?? []
    if (role === undefined) continue
    const name = decodeURIComponent(role)
    if ((newest.get(name)?.version ?? -1) < Number(version)) newest.set(name, { version: Number(version), file })
  }
  const text = (file: string) => readFile(join(folder, file), 'utf8')
  const targets = newest.get('targets')
  if (!targets) throw new Fault('keep.missing', { folder, file: 'targets.json' })
  const delegated: Record<string, string> = {}
  for (const [name, { file }] of newest) if (!TOP_LEVEL.has(name)) delegated[name] = await text(file)
  return { root: await readFile(rootFile, 'utf8'), targets: await text(targets.file), delegated }
}
