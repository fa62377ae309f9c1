// Names of metadata files, as clients ask for them. TUF 1.0.34 §6.2: consistent snapshots.

import { productRoleOf } from '@sealift/protocol'

/** `version` is undefined for `timestamp.json`, the one file that is asked for without. */
export type FileName = { readonly role: string; readonly version: number | undefined }

/** Undefined when it is no name of ours. The role is as it was before it was percent-encoded. */
export function readFileName(file: string): FileName | undefined {
  if (file === 'timestamp.json') return { role: 'timestamp', version: undefined }
  const match = /^([1-9][0-9]{0,14})\.([a-z0-9][a-z0-9._/-]{0,79})\.json$/.exec(file)
  const [, version, role] = match ?? []
  if (version === undefined || role === undefined || role === 'timestamp') return undefined
  return { role, version: Number(version) }
}

/** A device sees the top-level roles and the role that speaks for its own product. */
export function mayAskFor(product: string, role: string): boolean {
  return ['root', 'timestamp', 'snapshot', 'targets', productRoleOf(product)].includes(role)
}
