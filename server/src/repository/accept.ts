// Take a publication, whole or not at all: verified like a client does, sealed with the online keys, kept in one transaction.

import { type Actor, Fault, type Publication, type Published } from '@sealift/protocol'
import { findTarget, type RepositoryTexts, refreshRepository } from '@sealift/trust'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { jsonText } from '../store/json-text.ts'
import type { Trx } from '../store/store.ts'
import { readFileName } from './file-name.ts'
import { currentTexts, keepFile, keptFile } from './image-files.ts'
import { requireNew } from './new-releases.ts'
import { seal } from './seal.ts'
import { type NewFile, verifyPublication } from './verify-publication.ts'
import { readRelease, type SignedRelease } from './verify-release.ts'

/** @throws {Fault} see `verifyPublication`, `readRelease`, `requireNew` */
export async function accept(house: House, publication: Publication, actor: Actor): Promise<Published> {
  const nowMs = house.clock.nowMs()
  const published = await house.store
    .transaction()
    .execute((trx) => acceptWithin(trx, house, publication, actor, nowMs))
  for (const release of published.releases) house.live.tell({ kind: 'release', id: release })
  return published
}

async function acceptWithin(
  trx: Trx,
  house: House,
  publication: Publication,
  actor: Actor,
  nowMs: number,
): Promise<Published> {
  const standing = await currentTexts(trx)
  if (!standing) throw new Fault('keep.damaged', { what: 'image repository', why: 'no root' })
  const verified = verifyPublication(standing, publication, nowMs)
  const files: readonly NewFile<{ expires: string }>[] = [
    ...verified.roots,
    ...(verified.targets ? [verified.targets] : []),
    ...verified.delegated,
  ]
  if (files.length === 0) return { ...(await versionsInForce(trx)), releases: [] }

  const releases = verified.delegated.flatMap(({ role, signed }) =>
    Object.entries(signed.targets).map(([path, target]) => readRelease(role, path, target, house.settings.bootKeysPem)),
  )
  const added = await requireNew(
    trx,
    releases,
    verified.delegated.map(({ role }) => role),
  )
  for (const { role, version, text, signed } of files) await keepFile(trx, { role, version, text }, signed, nowMs)
  const sealed = await seal(trx, house.keys, nowMs)
  await requireClientsAgree(trx, standing, added, nowMs)
  await record(trx, nowMs, actor, files, added)
  return { ...sealed, releases: added.map(({ release }) => `${release.product}/${release.version}`) }
}

// The last word has the client's own code, run over what is about to be served: what a device would refuse is not kept.
async function requireClientsAgree(
  trx: Trx,
  standing: RepositoryTexts,
  added: readonly SignedRelease[],
  nowMs: number,
): Promise<void> {
  const fetch = async (file: string) => {
    const name = readFileName(decodeURIComponent(file))
    const kept = name && (await keptFile(trx, name.role, name.version))
    return kept && Buffer.from(kept.text, 'utf8')
  }
  const repository = await refreshRepository(standing, fetch, nowMs)
  for (const { path, sha256 } of added) {
    const { target } = await findTarget(repository, fetch, path, nowMs)
    if (target?.hashes['sha256'] !== sha256) throw new Fault('verify.not-signed', { path })
  }
}

async function record(
  trx: Trx,
  nowMs: number,
  actor: Actor,
  files: readonly NewFile<unknown>[],
  added: readonly SignedRelease[],
): Promise<void> {
  for (const { role, version } of files) {
    await appendJournal(trx, nowMs, { actor, action: 'metadata.published', subject: role, facts: { version } })
  }
  for (const { release, path, sha256, lengthBytes } of added) {
    await trx
      .insertInto('release')
      .values({
        product: release.product,
        version: release.version,
        release_counter: release.releaseCounter,
        security_counter: release.securityCounter,
        class: release.class,
        details: jsonText(release),
        target_path: path,
        length_bytes: lengthBytes,
        sha256,
        published_at_ms: nowMs,
      })
      .execute()
    await appendJournal(trx, nowMs, {
      actor,
      action: 'release.published',
      subject: `${release.product}/${release.version}`,
      facts: { sha256, lengthBytes, class: release.class, securityCounter: release.securityCounter },
    })
  }
}

async function versionsInForce(trx: Trx): Promise<{ snapshotVersion: number; timestampVersion: number }> {
  const versionOf = async (role: string) => (await keptFile(trx, role, undefined))?.version ?? 0
  return { snapshotVersion: await versionOf('snapshot'), timestampVersion: await versionOf('timestamp') }
}
