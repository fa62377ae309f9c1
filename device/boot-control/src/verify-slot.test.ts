import { generateKeyPairSync } from 'node:crypto'
import { type BootManifest, signerOf } from '@sealift/trust'
import { replaceFile } from '@sealift/world'
import { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { BOOT_KEYS_PEM, type Release, releaseOf } from '../test/trial-device.ts'
import { imageOf, manifestOf } from './slot.ts'
import { verifySlot } from './verify-slot.ts'

const REQUIRED = { hardwareId: 'thermo-1', bootKeysPem: BOOT_KEYS_PEM, floor: 3 }

async function slotWith({ image, bootManifest }: Release): Promise<VirtualDisk> {
  const disk = new VirtualDisk()
  await replaceFile(disk, imageOf('b'), image)
  await replaceFile(disk, manifestOf('b'), Buffer.from(bootManifest))
  return disk
}

const goodRelease = (changes: Partial<BootManifest> = {}) => releaseOf('1.0.0', {}, { securityCounter: 3, ...changes })
const verify = (disk: VirtualDisk, required = REQUIRED) => verifySlot(disk, 'b', required)

async function refusal(disk: VirtualDisk): Promise<string> {
  const fault = await verify(disk).then(
    () => ({ code: 'started' }),
    (error: { code: string }) => error,
  )
  return fault.code
}

test('a whole slot for this hardware, at the floor, is fit', async () => {
  const release = await goodRelease()
  expect(await verify(await slotWith(release))).toMatchObject({ version: '1.0.0', sha256: release.sha256 })
})

test('any one of the boot keys will do, so that a key can be rolled over', async () => {
  const next = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const disk = await slotWith(await goodRelease())
  await verify(disk, { ...REQUIRED, bootKeysPem: [next, ...BOOT_KEYS_PEM] })
  await expect(verify(disk, { ...REQUIRED, bootKeysPem: [next] })).rejects.toMatchObject({ code: 'boot.manifest' })
})

test('attack 01 arbitrary software: every bit of the image counts, its length as well', async () => {
  const release = await goodRelease()
  for (let at = 0; at < release.image.byteLength; at += 13) {
    const image = release.image.slice()
    image[at] = (image[at] ?? 0) ^ (1 << (at % 8))
    expect(await refusal(await slotWith({ ...release, image })), `byte ${at}`).toBe('boot.digest')
  }
  const longer = Buffer.concat([release.image, Buffer.from('!')])
  expect(await refusal(await slotWith({ ...release, image: longer }))).toBe('boot.digest')
  expect(await refusal(await slotWith({ ...release, image: release.image.subarray(1) }))).toBe('boot.digest')
})

test('attack 01 arbitrary software: a manifest that no boot key signed, or that was changed', async () => {
  const foreign = signerOf(generateKeyPairSync('ed25519').privateKey)
  expect(await refusal(await slotWith(await releaseOf('1.0.0', {}, { securityCounter: 3 }, foreign)))).toBe(
    'boot.manifest',
  )
  const release = await goodRelease()
  const raised = release.bootManifest.replace('"securityCounter":3', '"securityCounter":4')
  expect(raised).not.toBe(release.bootManifest)
  expect(await refusal(await slotWith({ ...release, bootManifest: raised }))).toBe('boot.manifest')
})

test('attack 08 mix-and-match: the image of one release with the manifest of another', async () => {
  const other = await releaseOf('2.0.0', {}, { securityCounter: 3 })
  expect(await refusal(await slotWith({ ...(await goodRelease()), bootManifest: other.bootManifest }))).toBe(
    'boot.digest',
  )
})

test('attack 10 wrong hardware', async () => {
  expect(await refusal(await slotWith(await goodRelease({ hardwareIds: ['lock-1', 'thermo-2'] })))).toBe(
    'boot.hardware',
  )
})

test('attack 52 old slot: below the floor by one', async () => {
  expect(await refusal(await slotWith(await goodRelease({ securityCounter: 2 })))).toBe('boot.floor')
})

test('a slot without a manifest, without an image, or with a manifest that is no manifest', async () => {
  const withoutManifest = await slotWith(await goodRelease())
  await withoutManifest.remove(manifestOf('b'))
  expect(await refusal(withoutManifest)).toBe('boot.manifest')

  const withoutImage = await slotWith(await goodRelease())
  await withoutImage.remove(imageOf('b'))
  expect(await refusal(withoutImage)).toBe('boot.digest')

  for (const bootManifest of ['', '{', '[]', '{"signed":{},"signatures":[]}', 'x'.repeat(70_000)]) {
    expect(await refusal(await slotWith({ ...(await goodRelease()), bootManifest }))).toBe('boot.manifest')
  }
})

test('a medium that cannot be read is a reason not to start, not an error', async () => {
  for (const [after, code] of [
    [0, 'boot.manifest'],
    [1, 'boot.digest'],
    [2, 'boot.digest'],
    [3, 'boot.digest'],
  ] as const) {
    const disk = await slotWith(await goodRelease())
    disk.fail({ code: 'EIO', of: 'look', after })
    expect(await refusal(disk)).toBe(code)
  }
})
