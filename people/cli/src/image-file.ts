// A firmware file of the person who calls us: read, never written.

import { type FileHandle, open } from 'node:fs/promises'
import type { ImageSource } from '@sealift/maker'
import { Fault } from '@sealift/protocol'

/** Holds the file open for as long as `use` runs. @throws {Fault} `build.image` when it is no regular file */
export async function withImage<T>(path: string, use: (image: ImageSource) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    const { size } = await requireFile(file, path)
    const readAt: ImageSource['readAt'] = async (offsetBytes, lengthBytes) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(lengthBytes), 0, lengthBytes, offsetBytes)
      return buffer.subarray(0, bytesRead)
    }
    return await use({ lengthBytes: size, readAt })
  } finally {
    await file.close()
  }
}

// A pipe or a device has no length that could be signed.
async function requireFile(file: FileHandle, path: string): Promise<{ size: number }> {
  const found = await file.stat()
  if (!found.isFile()) throw new Fault('build.image', { why: 'not a regular file', path })
  return found
}
