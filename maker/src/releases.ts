// The releases of this folder: those that are only made, and those that are signed.

import { compareVersions } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { type Draft, draftVersions, readDraft } from './draft.ts'
import { readProduct } from './products.ts'
import { readSigned, signedTargetOf } from './signed-releases.ts'

export type ReleaseHere = {
  readonly draft: Draft
  /** Undefined until it is signed. */
  readonly releaseCounter: number | undefined
}

/**
 * Releases of one product, oldest version first.
 * @throws {Fault} `build.unknown`, `keep.damaged`
 */
export async function listReleases(disk: Disk, product: string): Promise<readonly ReleaseHere[]> {
  const { id } = await readProduct(disk, product)
  const signed = await readSigned(disk, id)
  const versions = [...(await draftVersions(disk, id))].sort(compareVersions)
  return Promise.all(
    versions.map(async (version) => ({
      draft: await readDraft(disk, id, version),
      releaseCounter: signedTargetOf(signed, id, version)?.custom?.releaseCounter,
    })),
  )
}
