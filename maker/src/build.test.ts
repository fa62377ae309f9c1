import { createHash } from 'node:crypto'
import { DROP, KEEP, METADATA_FIRST, PowerCut, subset } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { createRelease, IMAGE_LENGTH_BYTES_MAX } from './build.ts'
import { NAMES } from './folder.ts'
import { digestOf } from './image/digest.ts'
import { withKeptImage } from './image/kept-image.ts'
import { listReleases } from './releases.ts'
import { signRelease } from './sign.ts'
import { make, newWorkshop, sourceOf, wishOf } from './test/workshop.ts'

test('a release says what it is, what it is for and which bytes it speaks of', async () => {
  const workshop = await newWorkshop()
  const { draft, inspection } = await make(workshop, '1.4.0', '#!/bin/sh\n')
  expect(inspection.format).toBe('script')
  expect(draft).toMatchObject({
    release: {
      product: 'thermostat',
      version: '1.4.0',
      securityCounter: 0,
      hardwareIds: ['thermo-1', 'thermo-2'],
      class: 'security',
      reboot: true,
      durationS: 60,
      format: 'script',
    },
    targetPath: 'thermostat/1.4.0/thermostat-1.4.0.img',
    lengthBytes: 10,
    sha256: createHash('sha256').update('#!/bin/sh\n').digest('hex'),
    sha512: createHash('sha512').update('#!/bin/sh\n').digest('hex'),
  })
})

test('a copy of the image is kept, and progress is told to its end', async () => {
  const workshop = await newWorkshop()
  const image = Buffer.alloc(2_500_000, 'firmware')
  const progress: number[] = []
  const onProgress = (doneBytes: number, ofBytes: number) => progress.push(doneBytes / ofBytes)
  const { draft } = await createRelease({ ...workshop, source: sourceOf(image), wish: wishOf('1.0.0'), onProgress })
  const kept = await withKeptImage(workshop.disk, NAMES.image('thermostat', '1.0.0'), (copy) => digestOf(copy))
  expect(kept.sha256).toBe(draft.sha256)
  expect(progress).toEqual([0.4194304, 0.8388608, 1])
})

test('the version is taken from an image that carries one', async () => {
  const workshop = await newWorkshop()
  const image = mcubootOf(7)
  const { version: _none, ...wish } = wishOf('')
  const { draft } = await createRelease({ ...workshop, source: sourceOf(image), wish })
  expect(draft.release).toMatchObject({ version: '2.1.3', securityCounter: 7, format: 'mcuboot' })
})

test.each([
  ['no version anywhere', '', {}, 'build.version'],
  ['a version that cannot be ordered', 'latest', {}, 'build.version'],
  ['a version with a path in it', '1.0.0-../../x', {}, 'build.version'],
  ['hardware of another product', '1.0.0', { hardwareIds: ['lamp-1'] }, 'build.release'],
  ['no hardware', '1.0.0', { hardwareIds: [] }, 'build.release'],
  ['notes that move the cursor', '1.0.0', { notes: { summary: '\u001b[2J', risk: '', removes: '' } }, 'build.release'],
  ['an update of two days', '1.0.0', { durationS: 200_000 }, 'build.release'],
  ['a counter below zero', '1.0.0', { securityCounter: -1 }, 'build.release'],
  ['a product that is not there', '1.0.0', { product: 'lamp' }, 'build.unknown'],
])('%s is refused, and nothing stays behind', async (_story, version, fields, code) => {
  const workshop = await newWorkshop()
  const { version: _given, ...wish } = wishOf(version, fields)
  const wished = version === '' ? wish : { ...wish, version }
  await expect(createRelease({ ...workshop, source: sourceOf('image'), wish: wished })).rejects.toMatchObject({ code })
  expect(await workshop.disk.list('releases/thermostat')).toEqual([])
})

test('an empty image and one beyond the limit are refused', async () => {
  const workshop = await newWorkshop()
  for (const lengthBytes of [0, IMAGE_LENGTH_BYTES_MAX + 1]) {
    const source = { lengthBytes, readAt: () => expect.unreachable('it must not be read') }
    const making = createRelease({ ...workshop, source, wish: wishOf('1.0.0') })
    await expect(making).rejects.toMatchObject({ code: 'build.image' })
  }
})

test('an image that shrinks while it is read is refused', async () => {
  const workshop = await newWorkshop()
  const source = { lengthBytes: 100, readAt: sourceOf('short').readAt }
  const making = createRelease({ ...workshop, source, wish: wishOf('1.0.0') })
  await expect(making).rejects.toMatchObject({ code: 'build.image' })
})

test('an MCUboot image is not released under another security counter than its own', async () => {
  const workshop = await newWorkshop()
  const wish = wishOf('2.1.3', { securityCounter: 8 })
  const making = createRelease({ ...workshop, source: sourceOf(mcubootOf(7)), wish })
  await expect(making).rejects.toMatchObject({ code: 'build.release' })
})

test('the security counter stays where the last release put it, and does not go down', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one', { securityCounter: 3 })
  await signRelease({ ...workshop, product: 'thermostat', version: '1.0.0' })
  expect((await make(workshop, '1.1.0', 'two')).draft.release.securityCounter).toBe(3)
  await expect(make(workshop, '1.2.0', 'three', { securityCounter: 2 })).rejects.toMatchObject({
    code: 'build.release',
  })
})

test('until it is signed a release can be made again, and the last one counts', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  const { draft } = await make(workshop, '1.0.0', 'two')
  const [release] = await listReleases(workshop.disk, 'thermostat')
  expect(release).toEqual({ draft, releaseCounter: undefined })
})

test('after that only the very same can, so that a pipeline may run again', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  await signRelease({ ...workshop, product: 'thermostat', version: '1.0.0' })
  await expect(make(workshop, '1.0.0', 'one')).resolves.toBeDefined()
  await expect(make(workshop, '1.0.0', 'two')).rejects.toMatchObject({ code: 'build.release' })
  await expect(make(workshop, '1.0.0', 'one', { class: 'feature' })).rejects.toMatchObject({ code: 'build.release' })
})

test('a full disk is said, and leaves no half image', async () => {
  const { disk, ...workshop } = await newWorkshop()
  disk.fail({ code: 'ENOSPC', after: 2 })
  await expect(make({ ...workshop, disk }, '1.0.0', 'one')).rejects.toMatchObject({ code: 'keep.full' })
  expect(await disk.list('releases/thermostat')).toEqual([])
})

test('a power cut at any write leaves no release, the old one, or the new one', async () => {
  const rehearsal = await newWorkshop()
  await make(rehearsal, '1.0.0', 'one')
  const before = rehearsal.disk.changes
  await make(rehearsal, '1.0.0', 'two')
  for (let cut = 0; cut <= rehearsal.disk.changes - before; cut++) {
    const workshop = await newWorkshop()
    await make(workshop, '1.0.0', 'one')
    workshop.disk.cut(cut)
    await make(workshop, '1.0.0', 'two').catch((error) => expect(error).toBeInstanceOf(PowerCut))
    const disk = workshop.disk.restart([DROP, KEEP, subset(workshop.chance)][cut % 3] ?? KEEP)
    // New image under the old description: the one state between, and signing refuses it.
    const signing = signRelease({ ...workshop, disk, product: 'thermostat', version: '1.0.0' })
    const end = await signing.then(
      ({ sha256 }) => sha256.slice(0, 4),
      ({ code }) => code,
    )
    expect(['7692', '3fc4', 'build.image'], `cut at write ${cut}`).toContain(end)
    await make({ ...workshop, disk }, '1.0.1', 'two')
  }
})

test.each([DROP, METADATA_FIRST])('a release that was made survives a power cut, $name', async (model) => {
  const workshop = await newWorkshop()
  const { draft } = await make(workshop, '1.0.0', 'one')
  const disk = workshop.disk.restart(model)
  const { sha256 } = await signRelease({ ...workshop, disk, product: 'thermostat', version: '1.0.0' })
  expect(sha256).toBe(draft.sha256)
})

// Version 2.1.3+9 with this security counter among the protected records.
function mcubootOf(securityCounter: number): Buffer {
  const image = Buffer.alloc(32 + 16 + 12)
  image.writeUInt32LE(0x96f3b83d, 0)
  image.writeUInt16LE(32, 8)
  image.writeUInt16LE(12, 10)
  image.writeUInt32LE(16, 12)
  image[20] = 2
  image[21] = 1
  image.writeUInt16LE(3, 22)
  image.writeUInt32LE(9, 24)
  image.writeUInt16LE(0x6908, 48)
  image.writeUInt16LE(12, 50)
  image.writeUInt16LE(0x50, 52)
  image.writeUInt16LE(4, 54)
  image.writeUInt32LE(securityCounter, 56)
  return image
}
