// The digests of an image, read once from start to end; on the way it may be copied.

import { createHash } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import type { ImageSource } from './source.ts'

export type Digests = { readonly lengthBytes: number; readonly sha256: string; readonly sha512: string }

/** Told after each chunk, so that a person can watch. */
export type OnProgress = (doneBytes: number, ofBytes: number) => void

const CHUNK_BYTES = 1_048_576

/**
 * The image in order, in chunks of at most 1 MiB.
 * @throws {Fault} `build.image` when it ends before the length it had at the start
 */
export async function* chunksOf(source: ImageSource, onProgress?: OnProgress): AsyncGenerator<Uint8Array> {
  let doneBytes = 0
  while (doneBytes < source.lengthBytes) {
    const chunk = await source.readAt(doneBytes, Math.min(CHUNK_BYTES, source.lengthBytes - doneBytes))
    if (chunk.byteLength === 0) throw new Fault('build.image', { why: 'became shorter', doneBytes })
    yield chunk
    doneBytes += chunk.byteLength
    onProgress?.(doneBytes, source.lengthBytes)
  }
}

/** @param take  given each chunk and where it belongs, for example to write it somewhere else */
export async function digestOf(
  source: ImageSource,
  onProgress?: OnProgress,
  take?: (offsetBytes: number, chunk: Uint8Array) => Promise<void>,
): Promise<Digests> {
  const sha256 = createHash('sha256')
  const sha512 = createHash('sha512')
  let lengthBytes = 0
  for await (const chunk of chunksOf(source, onProgress)) {
    sha256.update(chunk)
    sha512.update(chunk)
    await take?.(lengthBytes, chunk)
    lengthBytes += chunk.byteLength
  }
  return { lengthBytes, sha256: sha256.digest('hex'), sha512: sha512.digest('hex') }
}
