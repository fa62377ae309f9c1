// Take an upload: every byte is counted and hashed on its way to the disk, and only the right whole gets its name.

import { createHash } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import { type Chance, type Disk, type DiskFile, folderOf, removeFile } from '@sealift/world'
import { blobNameOf, INCOMING } from './blob-name.ts'

export type Announced = { readonly sha256: string; readonly lengthBytes: number }

/**
 * Store `body` durably under its digest. It lies there when this returns; after a failure nothing is left.
 *
 * @throws {Fault} `publish.truncated`, `publish.digest`, `keep.full`
 */
export async function receiveBlob(
  { disk, chance }: { readonly disk: Disk; readonly chance: Chance },
  announced: Announced,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${INCOMING}/${Buffer.from(chance.bytes(16)).toString('hex')}`
  const name = blobNameOf(announced.sha256)
  try {
    const file = await disk.open(temporary)
    try {
      await writeAll(file, announced, body)
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.rename(temporary, name)
    await disk.syncFolder(folderOf(name))
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined)
    throw namedIfFull(error)
  }
}

/** Remove what uploads left behind that a kill or a power cut ended. */
export async function removeLeftovers(disk: Disk): Promise<number> {
  const leftovers = await disk.list(INCOMING)
  for (const leftover of leftovers) await removeFile(disk, `${INCOMING}/${leftover}`)
  return leftovers.length
}

async function writeAll(file: DiskFile, announced: Announced, body: AsyncIterable<Uint8Array>): Promise<void> {
  const digest = createHash('sha256')
  let doneBytes = 0
  for await (const chunk of untilCut(body)) {
    if (doneBytes + chunk.byteLength > announced.lengthBytes) {
      throw new Fault('publish.digest', { why: 'more bytes than announced', lengthBytes: announced.lengthBytes })
    }
    await file.writeAt(doneBytes, chunk)
    digest.update(chunk)
    doneBytes += chunk.byteLength
  }
  if (doneBytes < announced.lengthBytes) {
    throw new Fault('publish.truncated', { haveBytes: doneBytes, wantBytes: announced.lengthBytes })
  }
  const have = digest.digest('hex')
  if (have !== announced.sha256) throw new Fault('publish.digest', { have, want: announced.sha256 })
}

// A connection that breaks is a body that ends early, whatever name the error has.
async function* untilCut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw new Fault('publish.truncated', { why: 'connection lost' }, { cause })
  }
}

function namedIfFull(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOSPC' || code === 'EDQUOT' ? new Fault('keep.full', { what: 'blobs' }, { cause: error }) : error
}
