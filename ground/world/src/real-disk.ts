// A folder of the machine's file system as a Disk.

import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { requireName } from './name.ts'

// A link in the place of a file could lead a write out of the folder (attack 22): it is refused with ELOOP.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW
const READ_WRITE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW

/**
 * Files below `folder`, which is made when it is not there. Files get mode 0600 and folders 0700.
 * @throws {TypeError} from each operation, on a name that is absolute or has empty, `.` or `..` parts: a bug of the caller
 */
export function realDisk(folder: string): Disk {
  const root = resolve(folder)
  const pathOf = (name: string) => join(root, requireName(name))
  const folderPathOf = (name: string) => (name === '' ? root : pathOf(name))

  return {
    async read(name) {
      const handle = await orUndefined(open(pathOf(name), READ))
      if (!handle) return undefined
      try {
        return new Uint8Array(await handle.readFile())
      } finally {
        await handle.close()
      }
    },
    async list(name) {
      const entries = await orUndefined(readdir(folderPathOf(name), { withFileTypes: true }))
      const files = (entries ?? []).filter((entry) => entry.isFile())
      return files.map((entry) => entry.name).sort()
    },
    async open(name) {
      const path = pathOf(name)
      await makeFolder(dirname(path))
      return fileOf(await open(path, READ_WRITE, 0o600))
    },
    async rename(from, to) {
      await makeFolder(dirname(pathOf(to)))
      await rename(pathOf(from), pathOf(to))
    },
    async remove(name) {
      await rm(pathOf(name), { force: true })
    },
    async syncFolder(name) {
      await syncFolder(folderPathOf(name))
    },
  }
}

function fileOf(handle: FileHandle): DiskFile {
  return {
    lengthBytes: async () => (await handle.stat()).size,
    readAt: (offsetBytes, lengthBytes) => readAll(handle, offsetBytes, lengthBytes),
    writeAt: (offsetBytes, bytes) => writeAll(handle, offsetBytes, bytes),
    truncate: (lengthBytes) => handle.truncate(lengthBytes),
    // Not fdatasync: the length must be durable as well on every file system.
    sync: () => handle.sync(),
    close: () => handle.close(),
  }
}

// One read(2) may return less than was asked for in the middle of a file, too.
async function readAll(handle: FileHandle, offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes)
  let done = 0
  while (done < lengthBytes) {
    const { bytesRead } = await handle.read(bytes, done, lengthBytes - done, offsetBytes + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

// One write(2) may write less than it was given, above all when the disk is nearly full.
async function writeAll(handle: FileHandle, offsetBytes: number, bytes: Uint8Array): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, offsetBytes + done)
    done += bytesWritten
  }
}

// A new folder is itself an entry that a power cut may lose, so each one made here is synced into its parent.
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made))
    if (made === first) return
  }
}

// A folder that is not there has nothing to lose.
async function syncFolder(path: string): Promise<void> {
  const handle = await orUndefined(open(path, constants.O_RDONLY | constants.O_DIRECTORY))
  if (!handle) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function orUndefined<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
