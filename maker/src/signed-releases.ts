// What a product's release role has signed so far, as it lies in the folder.

import { targetPathOf } from '@sealift/protocol'
import { readMetadataText, type Target, type Targets } from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { NAMES, readText } from './folder.ts'

/** Not verified: good for showing and for refusing, never for signing on top (own-targets.ts does that). */
export async function readSigned(disk: Disk, product: string): Promise<Targets> {
  return readMetadataText('targets', await readText(disk, NAMES.productMetadata(product))).signed
}

export function signedTargetOf(signed: Targets, product: string, version: string): Target | undefined {
  const path = targetPathOf(product, version)
  return Object.hasOwn(signed.targets, path) ? signed.targets[path] : undefined
}

/** Counts every release of the product; devices never go back on it. */
export function nextReleaseCounter(signed: Targets): number {
  return Math.max(0, ...Object.values(signed.targets).map(({ custom }) => custom?.releaseCounter ?? 0)) + 1
}

/** A device that confirmed the newest release would refuse anything below this. */
export function securityCounterMin(signed: Targets): number {
  return Math.max(0, ...Object.values(signed.targets).map(({ custom }) => custom?.sealift?.securityCounter ?? 0))
}
