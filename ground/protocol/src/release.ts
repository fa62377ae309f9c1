// A release: one version of a product's firmware, with what its owner must know before it is installed.

import Type, { type Static } from 'typebox'
import { AtMs, Counter, HardwareId, LengthBytes, ProductId, Prose, Sha256, Version } from './words.ts'

/**
 * critical   security update that cannot wait: installed by itself
 * security   security update: installed by itself, the owner may defer it
 * feature    the owner is asked, and may refuse
 * behaviour  changes what the device does or which data it uses: the owner is always asked
 */
export const ReleaseClass = Type.Union([
  Type.Literal('critical'),
  Type.Literal('security'),
  Type.Literal('feature'),
  Type.Literal('behaviour'),
])
export type ReleaseClass = Static<typeof ReleaseClass>

export const ImageFormat = Type.Union([
  Type.Literal('elf'),
  Type.Literal('mcuboot'),
  Type.Literal('squashfs'),
  Type.Literal('esp'),
  Type.Literal('uf2'),
  Type.Literal('intel-hex'),
  Type.Literal('fit'),
  Type.Literal('pe'),
  Type.Literal('script'),
  Type.Literal('gzip'),
  Type.Literal('zstd'),
  Type.Literal('xz'),
  Type.Literal('raw'),
])
export type ImageFormat = Static<typeof ImageFormat>

/** What the owner reads. EN 303 645 5.3-11 (which risk it removes) and 5.3-12 (what is interrupted). */
export const ReleaseNotes = Type.Object(
  {
    summary: Prose(1000),
    risk: Prose(1000),
    removes: Prose(1000),
  },
  { additionalProperties: false },
)
export type ReleaseNotes = Static<typeof ReleaseNotes>

/** Stands under the release key's signature, as `custom.sealift` of the target in the image repository. */
export const Release = Type.Object({
  product: ProductId,
  version: Version,
  releaseCounter: Counter,
  securityCounter: Counter,
  hardwareIds: Type.Array(HardwareId, { minItems: 1, maxItems: 64, uniqueItems: true }),
  class: ReleaseClass,
  notes: ReleaseNotes,
  reboot: Type.Boolean({ description: 'the device restarts' }),
  durationS: Type.Integer({ minimum: 0, maximum: 86_400, description: 'how long the device is busy, in seconds' }),
  format: ImageFormat,
})
export type Release = Static<typeof Release>

export const ReleaseView = Type.Object({
  ...Release.properties,
  targetPath: Type.String(),
  lengthBytes: LengthBytes,
  sha256: Sha256,
  publishedAtMs: AtMs,
})
export type ReleaseView = Static<typeof ReleaseView>

/** True when this class of update needs the owner's word first. */
export function needsOwner(releaseClass: ReleaseClass): boolean {
  return releaseClass === 'feature' || releaseClass === 'behaviour'
}

/** Path of the image in the repository; the role `product/<line>` may sign exactly the paths below its product. */
export function targetPathOf(product: string, version: string): string {
  return `${product}/${version}/${product}-${version}.img`
}

/** Name of the delegated role that signs a product's releases. */
export function productRoleOf(product: string): string {
  return `product/${product}`
}
