import { DROP, KEEP, METADATA_FIRST, PowerCut, seededChance, subset, torn, VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { makeFileCounter, openFileCounter } from './file-counter.ts'

async function diskAt(counter: number): Promise<VirtualDisk> {
  const disk = new VirtualDisk()
  await (await makeFileCounter(disk, seededChance(1))).raise(counter)
  return disk
}

test('it begins at 0, goes up, stays up over a restart, and does not go down', async () => {
  const disk = new VirtualDisk()
  const counter = await makeFileCounter(disk, seededChance(1))
  expect(await counter.read()).toBe(0)
  await counter.raise(3)
  await counter.raise(2)
  expect(await openFileCounter(disk.restart(DROP)).read()).toBe(3)
})

test('a file that was edited by somebody without the key is noticed', async () => {
  const disk = await diskAt(3)
  for (const name of ['boot/counter.0', 'boot/counter.1']) {
    const text = Buffer.from((await disk.read(name)) ?? '').toString()
    expect(text).toContain('{"counter":3}')
    await (await disk.open(name)).writeAt(0, Buffer.from(text.replace('{"counter":3}', '{"counter":1}')))
  }
  await expect(openFileCounter(disk).read()).rejects.toMatchObject({ code: 'boot.state' })
})

test('removing the counter or its key does not begin it anew', async () => {
  const withoutFiles = await diskAt(3)
  await withoutFiles.remove('boot/counter.0')
  await withoutFiles.remove('boot/counter.1')
  await expect(openFileCounter(withoutFiles).read()).rejects.toMatchObject({ code: 'boot.state' })
  await expect(openFileCounter(withoutFiles).raise(1)).rejects.toMatchObject({ code: 'boot.state' })

  const withoutKey = await diskAt(3)
  await withoutKey.remove('boot/counter.key')
  await expect(openFileCounter(withoutKey).read()).rejects.toMatchObject({ code: 'boot.state' })
})

test('a power cut at any operation of a raise leaves the old number or the new', async () => {
  const models = [DROP, KEEP, METADATA_FIRST, subset(seededChance(1)), torn(seededChance(2)), torn(seededChance(3))]
  const found = new Set<string>()
  for (let cut = 0; cut <= 8; cut++) {
    for (const model of models) {
      const disk = await diskAt(3)
      disk.cut(cut)
      const raise = openFileCounter(disk).raise(4)
      const raised = await raise.then(
        () => 'raised',
        (error) => {
          expect(error).toBeInstanceOf(PowerCut)
          return 'cut'
        },
      )
      found.add(`${raised}: ${await openFileCounter(disk.restart(model)).read()}`)
    }
  }
  expect([...found].sort()).toEqual(['cut: 3', 'cut: 4', 'raised: 4'])
})
