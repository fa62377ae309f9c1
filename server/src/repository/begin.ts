// The first day of the image repository and of the director: the texts that the maker's offline keys signed.

import { Fault } from '@sealift/protocol'
import { type Root, readMetadataText, requireFresh, requireThreshold } from '@sealift/trust'
import type { OnlineKeys } from '../identity/online-keys.ts'
import type { Trx } from '../store/store.ts'
import { keepFile } from './image-files.ts'
import { seal } from './seal.ts'
import { verifyPublication } from './verify-publication.ts'

export type FirstTexts = { readonly imageRoot: string; readonly imageTargets: string; readonly directorRoot: string }

/** @throws {Fault} `verify.*` when a text is not signed as it should be; `sign.key` when a root names other online keys */
export async function begin(trx: Trx, keys: OnlineKeys, texts: FirstTexts, nowMs: number): Promise<void> {
  const root = readFirstRoot(texts.imageRoot, nowMs)
  requireKeys(root, 'snapshot', keys.imageSnapshot)
  requireKeys(root, 'timestamp', keys.imageTimestamp)
  const publication = { targets: texts.imageTargets }
  const { targets } = verifyPublication({ root: texts.imageRoot, delegated: {} }, publication, nowMs)
  await keepFile(trx, { role: 'root', version: root.version, text: texts.imageRoot }, root, nowMs)
  if (targets)
    await keepFile(trx, { role: targets.role, version: targets.version, text: targets.text }, targets.signed, nowMs)
  await seal(trx, keys, nowMs)

  const director = readFirstRoot(texts.directorRoot, nowMs)
  requireKeys(director, 'targets', keys.directorTargets)
  requireKeys(director, 'snapshot', keys.directorSnapshot)
  requireKeys(director, 'timestamp', keys.directorTimestamp)
  await trx.insertInto('director_root').values({ version: director.version, text: texts.directorRoot }).execute()
}

function readFirstRoot(text: string, nowMs: number): Root {
  const envelope = readMetadataText('root', text)
  requireThreshold('root', envelope, envelope.signed.keys, envelope.signed.roles.root)
  requireFresh('root', envelope.signed, nowMs)
  return envelope.signed
}

// A server that signs with keys its root does not name would be found out by every device, one by one, at night.
function requireKeys(
  root: Root,
  role: 'targets' | 'snapshot' | 'timestamp',
  signers: readonly { readonly keyid: string }[],
): void {
  const stranger = signers.find(({ keyid }) => !root.roles[role].keyids.includes(keyid))
  if (stranger || signers.length < root.roles[role].threshold) {
    throw new Fault('sign.key', { role, why: 'the root does not name the keys of this server' })
  }
}
