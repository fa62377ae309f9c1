// What this folder has signed, what the server serves, and whether the one goes on from the other.

import { Fault, productRoleOf } from '@sealift/protocol'
import { readMetadataText, type Targets } from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { NAMES, readText } from './folder.ts'

type File = { readonly role: string; readonly signed: Targets; readonly text: string }

export type Ours = { readonly targets: File; readonly product: File }
export type Theirs = { readonly targets: File | undefined; readonly product: File | undefined }

export async function readOurs(disk: Disk, product: string): Promise<Ours> {
  return {
    targets: fileOf('targets', await readText(disk, NAMES.imageTargets)),
    product: fileOf(productRoleOf(product), await readText(disk, NAMES.productMetadata(product))),
  }
}

/**
 * The server's present files, found as a device finds them. They decide only what is worth sending, so their signatures
 * are not looked at: a server that lies here gets too much, or nothing.
 */
export async function readTheirs(
  api: { current(file: string): Promise<string | undefined> },
  product: string,
): Promise<Theirs> {
  const versions = await versionsServed(api)
  const fileServed = async (role: string) => {
    const version = versions[`${role}.json`]?.version
    const text = version === undefined ? undefined : await api.current(`${version}.${encodeURIComponent(role)}.json`)
    return text === undefined ? undefined : fileOf(role, text)
  }
  return { targets: await fileServed('targets'), product: await fileServed(productRoleOf(product)) }
}

/**
 * True when the server has an older version, or none, of this file.
 * @throws {Fault} `publish.conflict` when it has a newer one, another of the same version, or what ours would lose
 */
export function isNews(ours: File, theirs: File | undefined): boolean {
  if (!theirs || theirs.text === ours.text) return !theirs
  const { role } = ours
  const facts = { role, have: ours.signed.version, served: theirs.signed.version }
  if (theirs.signed.version > ours.signed.version) throw new Fault('publish.conflict', { ...facts, why: 'newer there' })
  if (theirs.signed.version === ours.signed.version) {
    throw new Fault('publish.conflict', { ...facts, why: 'the same version says something else there' })
  }
  const lost = lostFrom(theirs.signed, ours.signed)
  if (lost !== undefined) throw new Fault('publish.conflict', { ...facts, why: 'missing here, or different', lost })
  return true
}

// Two copies of one maker's folder that signed apart: the later one must not take back what the other released.
function lostFrom(theirs: Targets, ours: Targets): string | undefined {
  const path = Object.keys(theirs.targets).find(
    (path) => ours.targets[path]?.hashes['sha256'] !== theirs.targets[path]?.hashes['sha256'],
  )
  const kept = new Set(ours.delegations?.roles.map(({ name }) => name))
  return path ?? theirs.delegations?.roles.find(({ name }) => !kept.has(name))?.name
}

async function versionsServed(api: {
  current(file: string): Promise<string | undefined>
}): Promise<Readonly<Record<string, { readonly version: number }>>> {
  const timestamp = await api.current('timestamp.json')
  if (timestamp === undefined) return {}
  const { version } = readMetadataText('timestamp', timestamp).signed.meta['snapshot.json']
  const snapshot = await api.current(`${version}.snapshot.json`)
  return snapshot === undefined ? {} : readMetadataText('snapshot', snapshot).signed.meta
}

function fileOf(role: string, text: string): File {
  return { role, signed: readMetadataText('targets', text).signed, text }
}
