import { mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Disk } from './disk.ts'
import { removeFile, replaceFile } from './durable.ts'
import { realDisk } from './real-disk.ts'
import { VirtualDisk } from './virtual-disk.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content)
const newFolder = () => mkdtemp(join(tmpdir(), 'sealift-disk-'))

const disks: [name: string, make: () => Promise<Disk>][] = [
  ['real', async () => realDisk(join(await newFolder(), 'not', 'yet'))],
  ['virtual', async () => new VirtualDisk()],
]

describe.each(disks)('a %s disk', (_name, make) => {
  test('has nothing in the beginning', async () => {
    const disk = await make()
    expect(await disk.read('a/b')).toBeUndefined()
    expect(await disk.list('a')).toEqual([])
    expect(await disk.list('')).toEqual([])
    await disk.remove('a/b')
    await disk.syncFolder('a')
  })

  test('keeps what replaceFile wrote, and lists it sorted, without folders', async () => {
    const disk = await make()
    await replaceFile(disk, 'boot/b', bytes('2'))
    await replaceFile(disk, 'boot/a', bytes('1'))
    await replaceFile(disk, 'boot/a', bytes('one'))
    await replaceFile(disk, 'boot/deep/c', bytes('3'))
    await replaceFile(disk, 'top', bytes('0'))
    expect(text(await disk.read('boot/a'))).toBe('one')
    expect(await disk.list('boot')).toEqual(['a', 'b'])
    expect(await disk.list('')).toEqual(['top'])
    await removeFile(disk, 'boot/a')
    expect(await disk.list('boot')).toEqual(['b'])
  })

  test('reads and writes at random, short only at the end, with zeros where nothing was written', async () => {
    const disk = await make()
    const file = await disk.open('slots/b/image')
    await file.writeAt(4, bytes('efgh'))
    await file.writeAt(0, bytes('ab'))
    expect(await file.lengthBytes()).toBe(8)
    expect(text(await file.readAt(0, 5))).toBe('ab\0\0e')
    expect(text(await file.readAt(6, 10))).toBe('gh')
    expect(text(await file.readAt(9, 10))).toBe('')
    await file.truncate(5)
    await file.truncate(7)
    expect(text(await file.readAt(0, 10))).toBe('ab\0\0e\0\0')
    await file.close()
    expect(text(await disk.read('slots/b/image'))).toBe('ab\0\0e\0\0')
  })

  test('has ENOENT in the code of a rename from nowhere', async () => {
    await expect((await make()).rename('a', 'b')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each(['../x', '/etc/x', 'a/../../x', 'a//x', './x', 'a/', 'a\\x', 'a\0x', ''])(
    'refuses the name %j',
    async (name) => {
      const disk = await make()
      await expect(disk.read(name)).rejects.toThrow(TypeError)
      await expect(disk.open(name)).rejects.toThrow(TypeError)
      await expect(disk.rename('a', name)).rejects.toThrow()
      await expect(disk.remove(name)).rejects.toThrow(TypeError)
    },
  )
})

test('on the real disk files are for their owner alone, and folders too', async () => {
  const folder = await newFolder()
  await replaceFile(realDisk(folder), 'identity/key.pem', bytes('secret'))
  expect((await stat(join(folder, 'identity'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(folder, 'identity', 'key.pem'))).mode & 0o777).toBe(0o600)
})

test('attack 22 link in place of a file: the real disk does not follow it out of its folder', async () => {
  const [folder, elsewhere] = [await newFolder(), join(await newFolder(), 'victim')]
  await writeFile(elsewhere, 'theirs')
  await symlink(elsewhere, join(folder, 'image'))
  const disk = realDisk(folder)
  await expect(disk.open('image')).rejects.toMatchObject({ code: 'ELOOP' })
  await expect(disk.read('image')).rejects.toMatchObject({ code: 'ELOOP' })
  await replaceFile(disk, 'image', bytes('ours'))
  expect(text(await realDisk(join(elsewhere, '..')).read('victim'))).toBe('theirs')
  expect(await readdir(folder)).toEqual(['image'])
})
