// An upload on a disk that fails and loses power: the right whole, or nothing.

import { createHash } from 'node:crypto'
import { DROP, KEEP, METADATA_FIRST, PowerCut, seededChance, subset, torn, VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { blobNameOf, INCOMING } from './blob-name.ts'
import { receiveBlob, removeLeftovers } from './receive.ts'

const image = Buffer.alloc(3_000, 'firmware ')
const sha256 = createHash('sha256').update(image).digest('hex')
const announced = { sha256, lengthBytes: image.byteLength }

async function* chunksOf(bytes: Uint8Array, lengthBytes = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += lengthBytes) yield bytes.subarray(at, at + lengthBytes)
}

const receive = (disk: VirtualDisk, body = chunksOf(image), what = announced) =>
  receiveBlob({ disk, chance: seededChance(1) }, what, body)

const everything = async (disk: VirtualDisk) => [
  ...(await disk.list(INCOMING)),
  ...(await disk.list(`blobs/sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}`)),
]

test('the bytes lie under their digest', async () => {
  const disk = new VirtualDisk()
  await receive(disk)
  expect(await disk.read(blobNameOf(sha256))).toEqual(new Uint8Array(image))
  expect(await disk.list(INCOMING)).toEqual([])
})

test.each(['ENOSPC', 'EIO', 'EROFS'] as const)(
  '%s at any write leaves nothing, and the next upload works',
  async (code) => {
    const rehearsal = new VirtualDisk()
    await receive(rehearsal)
    for (let after = 0; after < rehearsal.changes; after++) {
      const disk = new VirtualDisk()
      disk.fail({ code, after })
      const fault = code === 'ENOSPC' ? { code: 'keep.full' } : { code }
      await expect(receive(disk), `failure at change ${after}`).rejects.toMatchObject(fault)
      expect(await disk.list(INCOMING), `failure at change ${after}`).toEqual([])
      await receive(disk)
      expect(await disk.read(blobNameOf(sha256))).toEqual(new Uint8Array(image))
    }
  },
)

test('a disk without room takes nothing and keeps what it has', async () => {
  const disk = new VirtualDisk({ files: { other: Buffer.from('kept') }, lengthBytesMax: 2_000 })
  await expect(receive(disk)).rejects.toMatchObject({ code: 'keep.full' })
  expect(await everything(disk)).toEqual([])
  expect(await disk.read('other')).toEqual(Buffer.from('kept'))
})

const models = [DROP, KEEP, METADATA_FIRST, subset(seededChance(7)), torn(seededChance(7))]

test.each(models)(
  'a power cut at any write: what was acknowledged is whole, the rest is cleared away ($name)',
  async (model) => {
    const rehearsal = new VirtualDisk()
    await receive(rehearsal)
    for (let cut = 0; cut <= rehearsal.changes; cut++) {
      const disk = new VirtualDisk()
      disk.cut(cut)
      const acknowledged = await receive(disk).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(PowerCut)
          return false
        },
      )
      const after = disk.restart(model)
      await removeLeftovers(after)
      expect(await after.list(INCOMING), `cut at change ${cut}`).toEqual([])
      const found = await after.read(blobNameOf(sha256))
      if (acknowledged) expect(found, `cut at change ${cut}`).toEqual(new Uint8Array(image))
      // Under its name there is never anything but the right bytes.
      if (found) expect(found, `cut at change ${cut}`).toEqual(new Uint8Array(image))
    }
  },
)

test('a connection that breaks is a truncated upload', async () => {
  const disk = new VirtualDisk()
  const broken = (async function* () {
    yield image.subarray(0, 1_000)
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  })()
  await expect(receive(disk, broken)).rejects.toMatchObject({ code: 'publish.truncated' })
  expect(await everything(disk)).toEqual([])
})

const wrong: [story: string, body: Uint8Array, code: string][] = [
  ['one byte less than announced', image.subarray(0, -1), 'publish.truncated'],
  ['one byte more than announced', Buffer.concat([image, Buffer.from('x')]), 'publish.digest'],
  ['one bit changed', Buffer.from(image.map((byte, i) => (i === 1500 ? byte ^ 1 : byte))), 'publish.digest'],
  ['nothing at all', Buffer.alloc(0), 'publish.truncated'],
]

test.each(wrong)('%s: refused, and nothing is stored', async (_story, body, code) => {
  const disk = new VirtualDisk()
  await expect(receive(disk, chunksOf(body))).rejects.toMatchObject({ code })
  expect(await everything(disk)).toEqual([])
})

test('two uploads of the same image at once do not meet', async () => {
  const disk = new VirtualDisk()
  const chance = seededChance(3)
  await Promise.all([1, 2, 3].map((size) => receiveBlob({ disk, chance }, announced, chunksOf(image, size * 300))))
  expect(await disk.read(blobNameOf(sha256))).toEqual(new Uint8Array(image))
  expect(await disk.list(INCOMING)).toEqual([])
})
