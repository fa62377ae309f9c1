import { expect, test } from 'vitest'
import { replaceFile } from './durable.ts'
import { DROP, KEEP, torn } from './persistence.ts'
import { seededChance } from './seeded-chance.ts'
import { PowerCut, VirtualDisk } from './virtual-disk.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('a file whose folder was not synced is gone, though its content was synced', async () => {
  const disk = new VirtualDisk()
  const file = await disk.open('slots/b/image')
  await file.writeAt(0, bytes('x'))
  await file.sync()
  expect(await disk.restart(DROP).read('slots/b/image')).toBeUndefined()
})

test('synced content survives, what came after it does not, not even its length', async () => {
  const disk = new VirtualDisk()
  const file = await disk.open('image')
  await file.writeAt(0, bytes('abcd'))
  await file.sync()
  await disk.syncFolder('')
  await file.writeAt(2, bytes('XYZ'))
  await file.truncate(3)
  expect(await disk.restart(DROP).read('image')).toEqual(bytes('abcd'))
  expect(await disk.restart(KEEP).read('image')).toEqual(bytes('abX'))
})

test('a rename between folders may lose the name in both until both are synced', async () => {
  const disk = new VirtualDisk({ files: { 'a/x': bytes('x') } })
  await disk.rename('a/x', 'b/x')
  await disk.syncFolder('a')
  const after = disk.restart(DROP)
  expect([await after.read('a/x'), await after.read('b/x')]).toEqual([undefined, undefined])
})

test('a torn write leaves whole sectors of 512 bytes, old or new', async () => {
  const outcomes = new Set<string>()
  for (let seed = 0; seed < 64; seed++) {
    const disk = new VirtualDisk({ files: { x: bytes('o'.repeat(1536)) } })
    await (await disk.open('x')).writeAt(500, bytes('n'.repeat(600)))
    const content = new TextDecoder().decode(await disk.restart(torn(seededChance(seed))).read('x'))
    outcomes.add(content.replaceAll(/o+|n+/g, (run) => `${run[0]}${run.length} `).trim())
  }
  expect([...outcomes].sort()).toEqual(
    [
      'o1536',
      'o500 n12 o1024',
      'o512 n512 o512',
      'o1024 n76 o436',
      'o500 n524 o512',
      'o500 n12 o512 n76 o436',
      'o512 n588 o436',
      'o500 n600 o436',
    ].sort(),
  )
})

test('after the cut nothing works any more, reading and open files included', async () => {
  const disk = new VirtualDisk({ files: { x: bytes('x') } })
  const file = await disk.open('x')
  disk.cut(1)
  await file.writeAt(0, bytes('y'))
  for (const attempt of [
    () => file.sync(),
    () => file.readAt(0, 1),
    () => disk.read('x'),
    () => disk.list(''),
    () => disk.open('x'),
    () => disk.rename('x', 'z'),
    () => disk.remove('x'),
    () => disk.syncFolder(''),
  ]) {
    await expect(attempt()).rejects.toThrow(PowerCut)
  }
})

test('looking counts for nothing: only what changes the disk is a place to cut', async () => {
  const disk = new VirtualDisk({ files: { x: bytes('x') } })
  await disk.read('x')
  await (await disk.open('x')).readAt(0, 1)
  expect(disk.changes).toBe(0)
  await replaceFile(disk, 'x', bytes('y'))
  expect(disk.changes).toBe(6) // create, truncate, write, sync, rename, sync of the folder
})

test('the n-th operation fails as told, and the next one works again', async () => {
  const disk = new VirtualDisk({ files: { x: bytes('x') } })
  disk.fail({ code: 'EIO', after: 1 })
  disk.fail({ code: 'EIO', after: 0, of: 'look', times: 2 })
  const file = await disk.open('y')
  await expect(file.writeAt(0, bytes('y'))).rejects.toMatchObject({ code: 'EIO' })
  await file.writeAt(0, bytes('y'))
  await expect(disk.read('x')).rejects.toMatchObject({ code: 'EIO' })
  await expect(disk.read('x')).rejects.toMatchObject({ code: 'EIO' })
  expect(await disk.read('x')).toEqual(bytes('x'))
})

test('a full disk takes what fits and says ENOSPC; removing makes room', async () => {
  const disk = new VirtualDisk({ files: { old: bytes('12345') }, lengthBytesMax: 8 })
  const file = await disk.open('new')
  await file.writeAt(0, bytes('abc'))
  await expect(file.writeAt(0, bytes('wxyz'))).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(await disk.read('new')).toEqual(bytes('wxy'))
  await disk.remove('old')
  await file.writeAt(0, bytes('abcdefgh'))
  expect(await disk.read('new')).toEqual(bytes('abcdefgh'))
})

test('a closed file is not used again', async () => {
  const file = await new VirtualDisk().open('x')
  await file.close()
  await expect(file.readAt(0, 1)).rejects.toThrow(/closed/)
})
