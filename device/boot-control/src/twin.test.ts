import { createHash } from 'node:crypto'
import { parseJson } from '@sealift/protocol'
import {
  DROP,
  KEEP,
  METADATA_FIRST,
  type Persistence,
  PowerCut,
  seededChance,
  subset,
  torn,
  VirtualDisk,
} from '@sealift/world/virtual'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { twinOf } from './twin.ts'

const Value = Type.Object({ at: Type.Integer(), text: Type.String() })
const FILES = ['boot/x.0', 'boot/x.1'] as const

const twin = (disk: VirtualDisk) =>
  twinOf(disk, 'boot/x', {
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    parse: (bytes) => parseJson(Value, bytes, { lengthBytesMax: 4096 }, 'boot.state'),
  })

const OLD = { at: 1, text: 'o'.repeat(1000) }
const NEW = { at: 2, text: 'n'.repeat(1200) }

async function diskWith(value = OLD): Promise<VirtualDisk> {
  const disk = new VirtualDisk()
  await twin(disk).write(value)
  return disk
}

async function damage(disk: VirtualDisk, name: string, atBytes: number): Promise<void> {
  const file = await disk.open(name)
  const [byte = 0] = await file.readAt(atBytes, 1)
  await file.writeAt(atBytes, new Uint8Array([byte ^ 1]))
  await file.sync()
}

const models: Persistence[] = [
  DROP,
  KEEP,
  METADATA_FIRST,
  ...Array.from({ length: 10 }, (_, seed) => subset(seededChance(seed))),
  ...Array.from({ length: 20 }, (_, seed) => torn(seededChance(seed))),
]

test('what was written is read, however odd its characters', async () => {
  const odd = { at: 7, text: 'é漢😀 "\\\n\u0000\u2028' }
  expect(await twin(await diskWith(odd)).read()).toEqual(odd)
})

test('nothing there, or both copies damaged: boot.state', async () => {
  await expect(twin(new VirtualDisk()).read()).rejects.toMatchObject({ code: 'boot.state' })
  const disk = await diskWith()
  await damage(disk, FILES[0], 80)
  await damage(disk, FILES[1], 80)
  await expect(twin(disk).read()).rejects.toMatchObject({ code: 'boot.state', facts: { file: 'boot/x' } })
})

test('one bit wrong anywhere in one copy, and the other one is read', async () => {
  for (const name of FILES) {
    for (let at = 0; at < 4096; at += at < 1200 ? 37 : 512) {
      const disk = await diskWith()
      await damage(disk, name, at)
      expect(await twin(disk).read(), `${name} byte ${at}`).toEqual(OLD)
    }
  }
})

test('a copy that is missing, cut short, unreadable or of another shape counts for nothing', async () => {
  const missing = await diskWith()
  await missing.remove(FILES[0])
  expect(await twin(missing).read()).toEqual(OLD)

  const short = await diskWith()
  await (await short.open(FILES[1])).truncate(4000)
  expect(await twin(short).read()).toEqual(OLD)

  const unreadable = await diskWith()
  unreadable.fail({ code: 'EIO', of: 'look', after: 0 })
  expect(await twin(unreadable).read()).toEqual(OLD)

  const foreign = await diskWith()
  await twinOf<unknown>(foreign, 'boot/x', {
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    parse: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  }).write({ another: 'shape' })
  await expect(twin(foreign).read()).rejects.toMatchObject({ code: 'boot.state' })
})

test('a power cut at any operation leaves the old value or the new, and the new once the write returned', async () => {
  const outcomes = new Set<string>()
  for (const damaged of [undefined, ...FILES]) {
    const prepare = async () => {
      const disk = await diskWith()
      if (damaged) await damage(disk, damaged, 80)
      return disk
    }
    const rehearsal = await prepare()
    const before = rehearsal.changes
    await twin(rehearsal).write(NEW)
    for (let cut = 0; cut <= rehearsal.changes - before; cut++) {
      for (const model of models) {
        const disk = await prepare()
        disk.cut(cut)
        const written = await twin(disk)
          .write(NEW)
          .then(
            () => 'written',
            (error) => {
              expect(error).toBeInstanceOf(PowerCut)
              return 'cut'
            },
          )
        outcomes.add(`${written}: ${(await twin(disk.restart(model)).read()).at}`)
      }
    }
  }
  expect([...outcomes].sort()).toEqual(['cut: 1', 'cut: 2', 'written: 2'])
})

test('a full disk does not keep it from being written again', async () => {
  const disk = new VirtualDisk({ lengthBytesMax: 10_000 })
  await twin(disk).write(OLD)
  const rest = await disk.open('log')
  await expect(rest.writeAt(0, new Uint8Array(9999))).rejects.toMatchObject({ code: 'ENOSPC' })
  await twin(disk).write(NEW)
  expect(await twin(disk.restart(DROP)).read()).toEqual(NEW)
})

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'one disk error, at operation %i, does no harm; a disk that is read-only does',
  async (after) => {
    const disk = await diskWith()
    disk.fail({ code: 'EIO', after })
    await twin(disk).write(NEW)
    expect(await twin(disk.restart(DROP)).read()).toEqual(NEW)

    const stuck = await diskWith()
    stuck.fail({ code: 'EROFS', after: 0, times: 100 })
    await expect(twin(stuck).write(NEW)).rejects.toMatchObject({ code: 'EROFS' })
  },
)

test('after a write that half failed the numbers go on, so that two copies never claim the same', async () => {
  const disk = await diskWith()
  const record = twin(disk)
  disk.fail({ code: 'EIO', after: 3 }) // the first copy is written, but its folder is not synced
  disk.fail({ code: 'EIO', after: 4 }) // and the second cannot be begun
  await expect(record.write(NEW)).rejects.toMatchObject({ code: 'EIO' })
  await record.write({ at: 3, text: '' })
  const sequences = await Promise.all(
    FILES.map(
      async (name) =>
        Buffer.from((await disk.read(name)) ?? '')
          .toString()
          .split(' ')[1],
    ),
  )
  expect(sequences).toEqual(['3', '3'])
})
