// An image read at random, so that no format needs the whole of it in memory.

import type { DiskFile } from '@sealift/world'

/** Reads `lengthBytes` bytes at `offsetBytes`; short only at the end of the image. */
export type ReadAt = (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>

export type ImageSource = { readonly lengthBytes: number; readonly readAt: ReadAt }

/** The image in an open file, as long as it is now. */
export async function imageSourceOf(file: DiskFile): Promise<ImageSource> {
  return {
    lengthBytes: await file.lengthBytes(),
    readAt: (offsetBytes, lengthBytes) => file.readAt(offsetBytes, lengthBytes),
  }
}

/**
 * Exactly the bytes asked for, or undefined when the image does not hold them all. Offsets come out of the image
 * itself: whatever they are, nothing outside is read, and a reader of a format needs no other check of bounds.
 */
export async function readExactly(
  source: ImageSource,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Buffer | undefined> {
  if (offsetBytes < 0 || offsetBytes + lengthBytes > source.lengthBytes) return undefined
  const bytes = await source.readAt(offsetBytes, lengthBytes)
  return bytes.byteLength === lengthBytes ? Buffer.from(bytes.buffer, bytes.byteOffset, lengthBytes) : undefined
}

/** As many of the bytes asked for as the image holds. */
export async function readUpTo(source: ImageSource, offsetBytes: number, lengthBytes: number): Promise<Buffer> {
  const heldBytes = Math.max(0, Math.min(lengthBytes, source.lengthBytes - offsetBytes))
  return (await readExactly(source, offsetBytes, heldBytes)) ?? Buffer.alloc(0)
}

const TEXT_LENGTH_MAX = 96

/** Text up to its first zero byte, with nothing in it that could fool a terminal. */
export function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const text = Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1')
  return text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, TEXT_LENGTH_MAX)
}

export function hexOf(value: number): string {
  return `0x${value.toString(16)}`
}
