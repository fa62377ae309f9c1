// Releases are added, never changed or taken back; counters only grow; every byte must already be here.

import { Fault, productRoleOf, type Release } from '@sealift/protocol'
import { canonicalJson } from '@sealift/trust'
import { readJsonText } from '../store/json-text.ts'
import type { ReleaseRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import type { SignedRelease } from './verify-release.ts'

/**
 * Of the releases that the published product roles sign, those that are new, oldest first.
 *
 * @param roles  the product roles that are published: each must still sign what it has released
 * @throws {Fault} `assign.unknown` (product), `publish.refused`, `publish.conflict`
 */
export async function requireNew(
  trx: Trx,
  releases: readonly SignedRelease[],
  roles: readonly string[],
): Promise<readonly SignedRelease[]> {
  const products = await trx.selectFrom('product').select(['id', 'hardware_ids']).execute()
  const added: SignedRelease[] = []
  for (const role of roles) {
    const product = products.find(({ id }) => productRoleOf(id) === role)
    if (!product) throw new Fault('assign.unknown', { role, why: 'no such product; add it first' })
    const known = await trx.selectFrom('release').selectAll().where('product', '=', product.id).execute()
    const offered = releases.filter(({ release }) => release.product === product.id)
    requireAllKept(known, offered)
    const fresh = offered.filter(({ release }) => !known.some(({ version }) => version === release.version))
    for (const each of fresh) {
      requireHardware(each, readJsonText(product.hardware_ids))
      await requireBlob(trx, each)
    }
    added.push(...inOrder(known, fresh))
  }
  return added
}

function requireAllKept(known: readonly ReleaseRow[], offered: readonly SignedRelease[]): void {
  for (const row of known) {
    const same = offered.find(({ path }) => path === row.target_path)
    if (!same) throw new Fault('publish.conflict', { path: row.target_path, why: 'a published release is missing' })
    if (same.sha256 !== row.sha256 || !isEqual(same.release, readJsonText(row.details))) {
      throw new Fault('publish.conflict', { path: row.target_path, why: 'a published release was changed' })
    }
  }
}

// The order in which a tool writes the fields of a release says nothing.
function isEqual(have: Release, want: Release): boolean {
  return Buffer.compare(canonicalJson(have), canonicalJson(want)) === 0
}

// A device takes nothing whose counters are below what it runs: such a release could reach nobody.
function inOrder(known: readonly ReleaseRow[], fresh: readonly SignedRelease[]): readonly SignedRelease[] {
  const sorted = [...fresh].sort((have, want) => have.release.releaseCounter - want.release.releaseCounter)
  let releaseCounter = Math.max(-1, ...known.map((row) => row.release_counter))
  let securityCounter = Math.max(0, ...known.map((row) => row.security_counter))
  for (const { path, release } of sorted) {
    if (release.releaseCounter <= releaseCounter) {
      throw new Fault('publish.refused', { path, why: 'release counter does not grow', have: releaseCounter })
    }
    if (release.securityCounter < securityCounter) {
      throw new Fault('publish.refused', { path, why: 'security counter goes down', have: securityCounter })
    }
    releaseCounter = release.releaseCounter
    securityCounter = release.securityCounter
  }
  return sorted
}

function requireHardware({ path, release }: SignedRelease, hardwareIds: readonly string[]): void {
  const foreign = release.hardwareIds.find((id) => !hardwareIds.includes(id))
  if (foreign !== undefined) {
    throw new Fault('publish.refused', { path, why: 'hardware is not of this product', hardwareId: foreign })
  }
}

async function requireBlob(trx: Trx, { path, sha256, lengthBytes }: SignedRelease): Promise<void> {
  const blob = await trx.selectFrom('blob').select('length_bytes').where('sha256', '=', sha256).executeTakeFirst()
  if (!blob) throw new Fault('publish.refused', { path, sha256, why: 'the image was not uploaded' })
  if (blob.length_bytes !== lengthBytes) {
    throw new Fault('publish.refused', { path, why: 'the image has another length', have: blob.length_bytes })
  }
}
