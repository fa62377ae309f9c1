// Bring signed metadata and images to the server. Stage 3: what was interrupted goes on by being called again.

import { type BlobStored, Fault, type Publication, type Published, productRoleOf } from '@sealift/protocol'
import type { Target } from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { NAMES } from './folder.ts'
import { chunksOf, type OnProgress } from './image/digest.ts'
import { withKeptImage } from './image/kept-image.ts'
import { readProduct } from './products.ts'
import { isNews, readOurs, readTheirs } from './publish-difference.ts'
import { signedTargetOf } from './signed-releases.ts'

/** The server, as far as publishing needs it. */
export type PublishApi = {
  /** Sends the bytes of one image, unless the server says that it knows them. */
  putBlob(
    sha256: string,
    lengthBytes: number,
    chunks: AsyncIterable<Uint8Array>,
    onProgress?: OnProgress,
  ): Promise<BlobStored>
  publish(publication: Publication): Promise<Published>
  /** Text of a file of the image repository as it is served, for example `timestamp.json`; undefined when not there. */
  current(file: string): Promise<string | undefined>
}

/** `published` is undefined when the server had all of it already. */
export type PublishedRelease = { readonly blobs: readonly BlobStored[]; readonly published: Published | undefined }

/**
 * Publish a signed release, with whatever else of its product is signed and not there yet: images first, so that the
 * server never lists what it cannot deliver.
 *
 * @throws {Fault} `build.unknown`, `build.image`, `publish.unsigned`, `publish.conflict` when the server holds what
 *                 this folder does not, and whatever `api` throws
 */
export async function publishRelease(options: {
  readonly disk: Disk
  readonly api: PublishApi
  readonly product: string
  readonly version: string
  readonly onProgress?: OnProgress
}): Promise<PublishedRelease> {
  const { disk, api, version, onProgress } = options
  const { id } = await readProduct(disk, options.product)
  const ours = await readOurs(disk, id)
  if (!signedTargetOf(ours.product.signed, id, version)) throw new Fault('publish.unsigned', { product: id, version })
  const theirs = await readTheirs(api, id)

  const targets = isNews(ours.targets, theirs.targets)
  const product = isNews(ours.product, theirs.product)
  const known = theirs.product?.signed.targets ?? {}
  const blobs: BlobStored[] = []
  for (const [path, target] of Object.entries(ours.product.signed.targets)) {
    if (!Object.hasOwn(known, path)) blobs.push(await sendImage(disk, api, id, target, onProgress))
  }
  if (!targets && !product) return { blobs, published: undefined }
  const published = await api.publish({
    ...(targets && { targets: ours.targets.text }),
    ...(product && { delegated: { [productRoleOf(id)]: ours.product.text } }),
  })
  return { blobs, published }
}

async function sendImage(
  disk: Disk,
  api: PublishApi,
  product: string,
  target: Target,
  onProgress: OnProgress | undefined,
): Promise<BlobStored> {
  const version = target.custom?.sealift?.version ?? ''
  return withKeptImage(disk, NAMES.image(product, version), async (image) => {
    if (image.lengthBytes !== target.length) {
      throw new Fault('build.image', { why: 'changed since it was signed', product, version })
    }
    return api.putBlob(target.hashes['sha256'] ?? '', target.length, chunksOf(image), onProgress)
  })
}
