import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Disk, replaceFile } from '@sealift/world'
import { realDisk } from '@sealift/world/real'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withDryDisk } from './dry-disk.ts'

let folder = ''
let disk: Disk

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-dry-disk-'))
  disk = realDisk(folder)
  await replaceFile(disk, 'old.txt', Buffer.from('old'))
  await replaceFile(disk, 'a/kept.txt', Buffer.from('kept'))
})

afterEach(() => rm(folder, { recursive: true }))

test('everything done to it can be read back from it, and nothing of it is there afterwards', async () => {
  await withDryDisk(disk, async (dry) => {
    await replaceFile(dry, 'old.txt', Buffer.from('new'))
    await replaceFile(dry, 'a/made.txt', Buffer.from('made'))
    await dry.rename('a/kept.txt', 'a/moved.txt')
    expect(await text(dry, 'old.txt')).toBe('new')
    expect(await dry.list('')).toEqual(['old.txt'])
    expect(await dry.list('a')).toEqual(['made.txt', 'moved.txt'])
    expect(await text(dry, 'a/moved.txt')).toBe('kept')
    expect(await text(dry, 'a/kept.txt')).toBeUndefined()
    await dry.remove('a/moved.txt')
    await dry.remove('old.txt')
    expect(await text(dry, 'old.txt')).toBeUndefined()
    expect(await dry.list('')).toEqual([])
  })
  expect(await text(disk, 'old.txt')).toBe('old')
  expect(await readdir(folder, { recursive: true })).toEqual(
    expect.arrayContaining(['a', 'old.txt', join('a', 'kept.txt')]),
  )
  expect(await readdir(folder, { recursive: true })).toHaveLength(3)
})

test('a file that is opened is written in its copy only', async () => {
  await withDryDisk(disk, async (dry) => {
    const file = await dry.open('old.txt')
    expect(Buffer.from(await file.readAt(0, 3)).toString()).toBe('old')
    await file.writeAt(1, Buffer.from('LD!'))
    expect(await file.lengthBytes()).toBe(4)
    expect(Buffer.from(await file.readAt(0, 4)).toString()).toBe('oLD!')
    await file.close()
    expect(await text(dry, 'old.txt')).toBe('oLD!')
  })
  expect(await text(disk, 'old.txt')).toBe('old')
})

test('its scratch folder is gone whatever happened', async () => {
  const before = await scratchFolders()
  await expect(withDryDisk(disk, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut')
  expect(await scratchFolders()).toEqual(before)
})

async function text(of: Disk, name: string): Promise<string | undefined> {
  const bytes = await of.read(name)
  return bytes && Buffer.from(bytes).toString()
}

async function scratchFolders(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('sealift-dry-run-'))
}
