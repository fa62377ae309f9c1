// Make a release of an image: look at it, describe it, keep a copy of it. Stage 1 of the life of an update.

import {
  checkShape,
  Fault,
  type Product,
  type ReleaseClass,
  type ReleaseNotes,
  targetPathOf,
  Version,
} from '@sealift/protocol'
import { canonicalJson, type Targets } from '@sealift/trust'
import type { Clock, Disk } from '@sealift/world'
import { Draft, writeDraft } from './draft.ts'
import { NAMES } from './folder.ts'
import type { Digests, OnProgress } from './image/digest.ts'
import { type Inspection, inspectImage } from './image/inspect.ts'
import { keepImage } from './image/kept-image.ts'
import type { ImageSource } from './image/source.ts'
import { suggestVersion } from './image/suggest.ts'
import { readProduct } from './products.ts'
import { readSigned, securityCounterMin, signedTargetOf } from './signed-releases.ts'

/** What the release engineer says of the release. */
export type ReleaseWish = {
  readonly product: string
  /** Taken from the image when it carries one. */
  readonly version?: string
  /** All hardware of the product when not given. */
  readonly hardwareIds?: readonly string[]
  /** The image's own, or else that of the releases before, when not given. */
  readonly securityCounter?: number
  readonly class: ReleaseClass
  readonly notes: ReleaseNotes
  /** Whether the device restarts; true when not given. */
  readonly reboot?: boolean
  /** How long the device is busy, in seconds; 60 when not given. */
  readonly durationS?: number
}

export type Created = { readonly draft: Draft; readonly inspection: Inspection }

export const IMAGE_LENGTH_BYTES_MAX = 4 * 2 ** 30

/**
 * Make a release that is ready to be signed. Until it is signed it may be made again, and the last one counts.
 *
 * The image is copied first and judged from the copy, so that nobody can change it in between (attack 22).
 *
 * @param source      any image of 1 byte to 4 GiB; only read
 * @param onProgress  told as the image is copied
 * @throws {Fault} `build.image`, `build.version`, `build.release`, `build.unknown`, `keep.full`
 */
export async function createRelease(options: {
  readonly disk: Disk
  readonly clock: Clock
  readonly source: ImageSource
  readonly wish: ReleaseWish
  readonly onProgress?: OnProgress
}): Promise<Created> {
  const { disk, clock, source, wish, onProgress } = options
  const product = await readProduct(disk, wish.product)
  const signed = await readSigned(disk, product.id)
  requireLength(source.lengthBytes)
  const judge = async (copy: ImageSource, digests: Digests) => {
    const inspection = await inspectImage(copy)
    const draft = describe(wish, { product, signed, inspection, digests, nowMs: clock.nowMs() })
    requireUnreleased(draft, signed)
    return { draft, inspection, keepAs: NAMES.image(product.id, draft.release.version) }
  }
  const { draft, inspection } = await keepImage(disk, `releases/${product.id}`, source, judge, onProgress)
  await writeDraft(disk, draft)
  return { draft, inspection }
}

function requireLength(lengthBytes: number): void {
  if (lengthBytes < 1) throw new Fault('build.image', { why: 'empty' })
  if (lengthBytes > IMAGE_LENGTH_BYTES_MAX) {
    throw new Fault('build.image', { why: 'too long', lengthBytes, lengthBytesMax: IMAGE_LENGTH_BYTES_MAX })
  }
}

type Known = {
  readonly product: Product
  readonly signed: Targets
  readonly inspection: Inspection
  readonly digests: Digests
  readonly nowMs: number
}

function describe(wish: ReleaseWish, known: Known): Draft {
  const { product, inspection, digests } = known
  const version = versionOf(wish, inspection)
  const draft = {
    format: 'sealift-draft-1',
    release: {
      product: product.id,
      version,
      securityCounter: securityCounterOf(wish, known),
      hardwareIds: hardwareIdsOf(wish, product),
      class: wish.class,
      notes: wish.notes,
      reboot: wish.reboot ?? true,
      durationS: wish.durationS ?? 60,
      format: inspection.format,
    },
    targetPath: targetPathOf(product.id, version),
    ...digests,
    createdAtMs: known.nowMs,
  }
  return checkShape(Draft, draft, 'build.release')
}

function versionOf(wish: ReleaseWish, inspection: Inspection): string {
  const version = wish.version ?? suggestVersion(inspection)
  if (version === undefined)
    throw new Fault('build.version', { why: 'the image carries none', format: inspection.format })
  return checkShape(Version, version, 'build.version')
}

// The boot stage of such an image enforces its own counter; two that differ would strand the device.
function securityCounterOf(wish: ReleaseWish, { signed, inspection }: Known): number {
  const least = securityCounterMin(signed)
  const carried = inspection.format === 'mcuboot' ? inspection.facts['securityCounter'] : undefined
  const counter = wish.securityCounter ?? (typeof carried === 'number' ? carried : least)
  if (carried !== undefined && carried !== counter) {
    throw new Fault('build.release', { why: 'not the security counter in the image', carried, counter })
  }
  if (counter < least) throw new Fault('build.release', { why: 'security counter goes down', least, counter })
  return counter
}

function hardwareIdsOf(wish: ReleaseWish, product: Product): readonly string[] {
  const foreign = wish.hardwareIds?.find((id) => !product.hardwareIds.includes(id))
  if (foreign !== undefined)
    throw new Fault('build.release', { why: 'hardware of another product', hardwareId: foreign })
  return wish.hardwareIds ?? product.hardwareIds
}

// The same release may be made twice, so that a pipeline can run again; another one under the same version may not.
function requireUnreleased(draft: Draft, signed: Targets): void {
  const { product, version } = draft.release
  const target = signedTargetOf(signed, product, version)
  if (!target) return
  const { releaseCounter: _given, ...released } = target.custom?.sealift ?? { releaseCounter: 0 }
  const same = Buffer.compare(canonicalJson(released), canonicalJson(draft.release)) === 0
  if (!same || target.hashes['sha256'] !== draft.sha256) {
    throw new Fault('build.release', { why: 'this version is signed already', product, version })
  }
}
