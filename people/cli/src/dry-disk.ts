// A disk that forgets: what is written through it lands in a scratch folder, so that a dry run can be the real thing.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Disk, type DiskFile, folderOf } from '@sealift/world'
import { realDisk } from '@sealift/world/real'

const CHUNK_BYTES = 1_048_576

/** Runs `use` on a disk that looks like `disk` and leaves it as it is. */
export async function withDryDisk<T>(disk: Disk, use: (dry: Disk) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'sealift-dry-run-'))
  try {
    return await use(dryDisk(disk, realDisk(scratch)))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function dryDisk(below: Disk, scratch: Disk): Disk {
  // Names that no longer mean what they mean below.
  const changed = new Set<string>()
  const isBelow = async (name: string) =>
    !changed.has(name) && (await below.list(folderOf(name))).includes(name.slice(name.lastIndexOf('/') + 1))
  const bring = async (name: string) => {
    if (await isBelow(name)) await copy(below, scratch, name)
    changed.add(name)
  }
  return {
    read: (name) => (changed.has(name) ? scratch : below).read(name),
    async list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`
      const kept = (await below.list(folder)).filter((name) => !changed.has(prefix + name))
      return [...new Set([...kept, ...(await scratch.list(folder))])].sort()
    },
    async open(name) {
      // What is only read stays where it is; an image can be large.
      if (await isBelow(name)) return copiedAtFirstWrite(below, name, bring, scratch)
      changed.add(name)
      return scratch.open(name)
    },
    async rename(from, to) {
      await bring(from)
      await scratch.rename(from, to)
      changed.add(to)
    },
    async remove(name) {
      changed.add(name)
      await scratch.remove(name)
    },
    syncFolder: async () => undefined,
  }
}

async function copiedAtFirstWrite(
  below: Disk,
  name: string,
  bring: (name: string) => Promise<void>,
  scratch: Disk,
): Promise<DiskFile> {
  let file = await below.open(name)
  let isCopy = false
  const writable = async () => {
    if (isCopy) return file
    await file.close()
    await bring(name)
    file = await scratch.open(name)
    isCopy = true
    return file
  }
  return {
    lengthBytes: () => file.lengthBytes(),
    readAt: (offsetBytes, lengthBytes) => file.readAt(offsetBytes, lengthBytes),
    writeAt: async (offsetBytes, bytes) => (await writable()).writeAt(offsetBytes, bytes),
    truncate: async (lengthBytes) => (await writable()).truncate(lengthBytes),
    sync: async () => undefined,
    close: () => file.close(),
  }
}

async function copy(from: Disk, to: Disk, name: string): Promise<void> {
  const old = await from.open(name)
  const copied = await to.open(name)
  try {
    const lengthBytes = await old.lengthBytes()
    for (let at = 0; at < lengthBytes; at += CHUNK_BYTES) await copied.writeAt(at, await old.readAt(at, CHUNK_BYTES))
  } finally {
    await old.close()
    await copied.close()
  }
}
