// One target of a product role: path, counters, boot manifest and bytes must all speak of the same release.

import { Fault, productRoleOf, type Release, targetPathOf } from '@sealift/protocol'
import { readBootManifest, type Target } from '@sealift/trust'

export type SignedRelease = {
  readonly release: Release
  readonly path: string
  readonly lengthBytes: number
  readonly sha256: string
}

/** @throws {Fault} `publish.refused`, `boot.manifest` */
export function readRelease(role: string, path: string, target: Target, bootKeysPem: readonly string[]): SignedRelease {
  const release = target.custom?.sealift
  const sha256 = target.hashes['sha256']
  if (!release || !sha256 || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new Fault('publish.refused', { path, why: 'no release or no sha256' })
  }
  if (path !== targetPathOf(release.product, release.version) || role !== productRoleOf(release.product)) {
    throw new Fault('publish.refused', {
      path,
      role,
      why: 'path, role and release name different products or versions',
    })
  }
  const { hardwareIds, releaseCounter, bootManifest } = target.custom ?? {}
  if (releaseCounter !== release.releaseCounter || hardwareIds?.join(' ') !== release.hardwareIds.join(' ')) {
    throw new Fault('publish.refused', { path, why: 'counter or hardware ids differ from the release' })
  }
  requireBoots(path, release, { sha256, lengthBytes: target.length, bootManifest }, bootKeysPem)
  return { release, path, lengthBytes: target.length, sha256 }
}

// What the boot stage would refuse must not reach a device at all.
function requireBoots(
  path: string,
  release: Release,
  image: { readonly sha256: string; readonly lengthBytes: number; readonly bootManifest: string | undefined },
  bootKeysPem: readonly string[],
): void {
  if (image.bootManifest === undefined) throw new Fault('boot.manifest', { path, why: 'missing' })
  const manifest = readBootManifest(image.bootManifest, bootKeysPem)
  const same =
    manifest.sha256 === image.sha256 &&
    manifest.lengthBytes === image.lengthBytes &&
    manifest.product === release.product &&
    manifest.version === release.version &&
    manifest.releaseCounter === release.releaseCounter &&
    manifest.securityCounter === release.securityCounter &&
    manifest.hardwareIds.join(' ') === release.hardwareIds.join(' ')
  if (!same) throw new Fault('publish.refused', { path, why: 'boot manifest is of another image' })
}
