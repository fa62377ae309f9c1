// Put a release under the signature of its product's release keys, and its image under the boot key's. Stage 2.

import { Fault, productRoleOf, type Release } from '@sealift/protocol'
import { type Signer, signBootManifest, type Target, type Targets } from '@sealift/trust'
import type { Clock, Disk } from '@sealift/world'
import { type Draft, readDraft } from './draft.ts'
import { NAMES, writeText } from './folder.ts'
import { digestOf, type OnProgress } from './image/digest.ts'
import { withKeptImage } from './image/kept-image.ts'
import type { Passphrase } from './keys/passphrase.ts'
import { openSigners } from './keys/role-keys.ts'
import { LIFETIME_MS } from './lifetimes.ts'
import { readOwnTargets, signNextTargets } from './own-targets.ts'
import { readProduct } from './products.ts'
import { nextReleaseCounter, readSigned, securityCounterMin, signedTargetOf } from './signed-releases.ts'

export type SignedRelease = {
  readonly release: Release
  readonly targetPath: string
  readonly lengthBytes: number
  readonly sha256: string
  /** Version of the product's metadata that carries it. */
  readonly metadataVersion: number
}

/**
 * Sign a release that was made. Signing it again changes nothing.
 *
 * @param onProgress  told as the kept image is read once more: what is signed are the bytes that lie here now
 * @throws {Fault} `build.unknown`, `build.image` when the kept image was changed, `build.release` when other bytes or a
 *                 higher security counter were signed before, `sign.passphrase`, `sign.key`, `verify.threshold` when
 *                 the metadata to build on was not signed by these keys
 */
export async function signRelease(options: {
  readonly disk: Disk
  readonly clock: Clock
  readonly passphrase: Passphrase
  readonly product: string
  readonly version: string
  readonly onProgress?: OnProgress
}): Promise<SignedRelease> {
  const { disk, clock, passphrase, product, version } = options
  const { id } = await readProduct(disk, product)
  const draft = await readDraft(disk, id, version)
  const signers = await openSigners(disk, `product/${id}`, passphrase)
  const last = await readOwnTargets(disk, NAMES.productMetadata(id), productRoleOf(id), signers)
  await requireUnchanged(disk, draft, options.onProgress)

  const known = signedTargetOf(last, id, version)
  if (known) return resultOf(draft.targetPath, requireSameBytes(known, draft), last.version)
  requireCounter(draft, last)
  const [bootSigner] = await openSigners(disk, 'boot', passphrase)
  if (!bootSigner) throw new Fault('sign.key', { role: 'boot' })
  const target = await targetOf(draft, nextReleaseCounter(last), bootSigner)
  const targets = { ...last.targets, [draft.targetPath]: target }
  const text = await signNextTargets(last, { targets }, signers, clock.nowMs() + LIFETIME_MS.product)
  await writeText(disk, NAMES.productMetadata(id), text)
  return resultOf(draft.targetPath, target, last.version + 1)
}

/**
 * The signed boot manifest of a release, for slots that are written in the factory.
 * @throws {Fault} `build.unknown`, `publish.unsigned`
 */
export async function bootManifestOf(disk: Disk, product: string, version: string): Promise<string> {
  const { id } = await readProduct(disk, product)
  const manifest = signedTargetOf(await readSigned(disk, id), id, version)?.custom?.bootManifest
  if (manifest === undefined) throw new Fault('publish.unsigned', { product, version })
  return manifest
}

async function requireUnchanged(disk: Disk, draft: Draft, onProgress: OnProgress | undefined): Promise<void> {
  const { product, version } = draft.release
  const digests = await withKeptImage(disk, NAMES.image(product, version), (image) => digestOf(image, onProgress))
  if (digests.sha256 !== draft.sha256 || digests.sha512 !== draft.sha512 || digests.lengthBytes !== draft.lengthBytes) {
    throw new Fault('build.image', { why: 'changed since the release was made', product, version })
  }
}

function requireSameBytes(known: Target, draft: Draft): Target {
  if (known.hashes['sha256'] === draft.sha256 && known.length === draft.lengthBytes) return known
  const { product, version } = draft.release
  throw new Fault('build.release', { why: 'other bytes are signed under this version', product, version })
}

function requireCounter(draft: Draft, last: Targets): void {
  const least = securityCounterMin(last)
  const counter = draft.release.securityCounter
  if (counter < least) throw new Fault('build.release', { why: 'security counter goes down', least, counter })
}

async function targetOf(draft: Draft, releaseCounter: number, bootSigner: Signer): Promise<Target> {
  const { lengthBytes, sha256 } = draft
  const release: Release = { ...draft.release, releaseCounter }
  const { product, version, securityCounter, hardwareIds } = release
  const bootManifest = await signBootManifest(
    { format: 'sealift-boot-1', product, version, releaseCounter, securityCounter, hardwareIds, lengthBytes, sha256 },
    bootSigner,
  )
  return {
    length: lengthBytes,
    // Exactly what a director can repeat: a device refuses an image whose two repositories list different hashes.
    hashes: { sha256 },
    custom: { hardwareIds, releaseCounter, sealift: release, bootManifest },
  }
}

function resultOf(targetPath: string, target: Target, metadataVersion: number): SignedRelease {
  const release = target.custom?.sealift
  if (!release) throw new Fault('keep.damaged', { targetPath, why: 'signed without its description' })
  return { release, targetPath, lengthBytes: target.length, sha256: target.hashes['sha256'] ?? '', metadataVersion }
}
