// One process per folder, for as long as that process lives.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '@sealift/protocol'

/** Held until `release`, or until the process ends in whatever way. */
export type FolderLock = { release(): Promise<void> }

/**
 * Take `folder` for this process; it is made when it is not there.
 *
 * The lock is one that the kernel holds for a process and drops when the process ends, SIGKILL included, so there is
 * no stale lock to take over and no race in doing so. Node offers no such lock itself; SQLite does, on every system, as the
 * exclusive lock of an (empty, never written) database file. The other ways are worse: a file with a pid in it needs
 * a check and a removal that two newcomers can interleave; a socket in Linux's abstract name space is not seen from
 * another container that mounts the same folder.
 *
 * @throws {Fault} `keep.busy` with the `pid` of the process that holds it, `keep.damaged` when the lock file has content
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // POSIX drops a lock when its process closes any descriptor of the file: nobody else may open `lock`.
  const database = new DatabaseSync(join(folder, 'lock'))
  try {
    // Without a journal on the disk nothing at all is written, so that a full disk cannot keep a device from starting.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw await faultOf(error as Error & { errcode?: number }, folder)
  }
  held.add(database)
  // Only for the message of the next one: it may fail.
  await writeFile(join(folder, 'lock.pid'), `${process.pid}\n`, { mode: 0o600 }).catch(() => undefined)
  return {
    release: async () => {
      held.delete(database)
      database.close()
    },
  }
}

// A database that nobody refers to is closed by the garbage collector, and its lock with it; most callers never look at the lock again.
const held = new Set<DatabaseSync>()

// The primary result code is the low byte of the extended one. https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

async function faultOf(error: Error & { errcode?: number }, folder: string): Promise<Error> {
  const code = (error.errcode ?? 0) & 0xff
  if (code === SQLITE_NOTADB) return new Fault('keep.damaged', { file: 'lock' }, { cause: error })
  if (code !== SQLITE_BUSY) return error
  const pid = Number(await readFile(join(folder, 'lock.pid'), 'utf8').catch(() => ''))
  return new Fault('keep.busy', { folder, ...(pid > 0 && { pid }) }, { cause: error })
}
