// Are the secrets there, and does nobody but their owner read them?

import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isFolder } from '../org.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Every file below a folder of secrets must be closed to the group and to others. */
export async function lookAtSecrets(what: string, folder: string): Promise<readonly Finding[]> {
  if (!(await isFolder(folder))) return [fail(what, `${folder} is not there`, 'restore it from a backup')]
  const files = await filesBelow(folder)
  if (files.length === 0) return [fail(what, `${folder} is empty`, 'restore it from a backup')]
  const open = await openOf([folder, ...files])
  if (open.length === 0) return [ok(what, `${files.length} files, closed to others`)]
  const seen = `others can read ${open.map((path) => relative(folder, path) || folder).join(', ')}`
  return [fail(what, seen, `chmod -R go= ${folder}`)]
}

/** Roles whose keys lie somewhere else: as it should be for a root, and a surprise when a release is to be signed. */
export async function lookForKeys(folder: string, roles: readonly string[]): Promise<readonly Finding[]> {
  const there = await Promise.all(roles.map((role) => isFolder(join(folder, role))))
  const missing = roles.filter((_role, i) => !there[i])
  if (missing.length === 0) return []
  return [warn('offline keys', `none here for ${missing.join(', ')}`, 'make sure that you know where they are kept')]
}

/** One secret file. */
export async function lookAtSecret(what: string, file: string): Promise<Finding> {
  const [open] = await openOf([file])
  return open === undefined ? ok(what, 'closed to others') : fail(what, 'others can read it', `chmod 600 ${file}`)
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

async function openOf(paths: readonly string[]): Promise<readonly string[]> {
  // Windows has no such bits; there the folder's own rights must do.
  if (process.platform === 'win32') return []
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode })))
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path }) => path)
}
