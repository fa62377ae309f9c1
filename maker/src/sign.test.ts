import { createPublicKey } from 'node:crypto'
import { readBootManifest, readMetadataText, requireThreshold, type Targets } from '@sealift/trust'
import { DROP, KEEP, PowerCut, subset } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { NAMES, readText, writeText } from './folder.ts'
import { passphraseOf } from './keys/passphrase.ts'
import { bootManifestOf, signRelease } from './sign.ts'
import { make, newWorkshop, type Workshop } from './test/workshop.ts'

const product = 'thermostat'
const PRODUCT_METADATA = NAMES.productMetadata(product)

async function signedTargets({ disk }: Pick<Workshop, 'disk'>): Promise<Targets> {
  return readMetadataText('targets', await readText(disk, PRODUCT_METADATA)).signed
}

test('a release goes under the signature of its product role', async () => {
  const workshop = await newWorkshop()
  const { draft } = await make(workshop, '1.4.0', 'image', { securityCounter: 2 })
  const signed = await signRelease({ ...workshop, product, version: '1.4.0' })
  const { delegations } = readMetadataText('targets', await readText(workshop.disk, NAMES.imageTargets)).signed
  const envelope = readMetadataText('targets', await readText(workshop.disk, PRODUCT_METADATA))
  const [role] = delegations?.roles ?? []
  expect(() => role && delegations && requireThreshold(role.name, envelope, delegations.keys, role)).not.toThrow()
  const release = { ...draft.release, releaseCounter: 1 }
  expect(envelope.signed).toMatchObject({
    version: 2,
    expires: '2027-02-19T00:00:00Z',
    targets: {
      'thermostat/1.4.0/thermostat-1.4.0.img': {
        length: 5,
        hashes: { sha256: draft.sha256 },
        custom: { hardwareIds: ['thermo-1', 'thermo-2'], releaseCounter: 1, sealift: release },
      },
    },
  })
  expect(signed).toEqual({
    release,
    targetPath: draft.targetPath,
    lengthBytes: 5,
    sha256: draft.sha256,
    metadataVersion: 2,
  })
})

test('its boot manifest says the same under the boot key', async () => {
  const workshop = await newWorkshop()
  const { draft } = await make(workshop, '1.4.0', 'image', { securityCounter: 2 })
  await signRelease({ ...workshop, product, version: '1.4.0' })
  const text = await bootManifestOf(workshop.disk, product, '1.4.0')
  expect(readBootManifest(text, workshop.part.bootKeysPem)).toEqual({
    format: 'sealift-boot-1',
    product,
    version: '1.4.0',
    releaseCounter: 1,
    securityCounter: 2,
    hardwareIds: ['thermo-1', 'thermo-2'],
    lengthBytes: 5,
    sha256: draft.sha256,
  })
  const caPem = createPublicKey(workshop.part.tls.keyPem).export({ type: 'spki', format: 'pem' }).toString()
  expect(() => readBootManifest(text, [caPem])).toThrow(expect.objectContaining({ code: 'boot.manifest' }))
})

test('the release counter counts signed releases, in the order of signing', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '2.0.0', 'two')
  await make(workshop, '1.0.0', 'one')
  const counterOf = async (version: string) =>
    (await signRelease({ ...workshop, product, version })).release.releaseCounter
  expect([await counterOf('1.0.0'), await counterOf('2.0.0'), await counterOf('1.0.0')]).toEqual([1, 2, 1])
})

test('signing again changes nothing', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  const first = await signRelease({ ...workshop, product, version: '1.0.0' })
  const text = await readText(workshop.disk, PRODUCT_METADATA)
  await workshop.clock.advance(1000)
  expect(await signRelease({ ...workshop, product, version: '1.0.0' })).toEqual(first)
  expect(await readText(workshop.disk, PRODUCT_METADATA)).toBe(text)
})

test('a second digest is never signed under the same version', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  const draft = await readText(workshop.disk, NAMES.draft(product, '1.0.0'))
  const { draft: other } = await make(workshop, '1.0.0', 'two')
  await signRelease({ ...workshop, product, version: '1.0.0' })
  // As if the folder had been put back to what it was before the second draft.
  await writeText(workshop.disk, NAMES.draft(product, '1.0.0'), draft)
  await writeText(workshop.disk, NAMES.image(product, '1.0.0'), 'one')
  const signing = signRelease({ ...workshop, product, version: '1.0.0' })
  await expect(signing).rejects.toMatchObject({ code: 'build.release' })
  const [target] = Object.values((await signedTargets(workshop)).targets)
  expect(target?.hashes['sha256']).toBe(other.sha256)
})

test('an image that was exchanged between create and sign is not signed (attack 22)', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'good')
  await writeText(workshop.disk, NAMES.image(product, '1.0.0'), 'evil')
  const signing = signRelease({ ...workshop, product, version: '1.0.0' })
  await expect(signing).rejects.toMatchObject({ code: 'build.image' })
  expect((await signedTargets(workshop)).targets).toEqual({})
})

test('a release slipped into the metadata is not signed with the next one (attack 1)', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'good')
  const envelope = JSON.parse(await readText(workshop.disk, PRODUCT_METADATA))
  envelope.signed.targets['thermostat/6.6.6/evil.img'] = { length: 4, hashes: { sha256: '00'.repeat(32) } }
  await writeText(workshop.disk, PRODUCT_METADATA, JSON.stringify(envelope))
  const signing = signRelease({ ...workshop, product, version: '1.0.0' })
  await expect(signing).rejects.toMatchObject({ code: 'verify.threshold' })
})

test('two drafts that cross: the security counter does not go down between them', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one', { securityCounter: 1 })
  await make(workshop, '2.0.0', 'two', { securityCounter: 5 })
  await signRelease({ ...workshop, product, version: '2.0.0' })
  const signing = signRelease({ ...workshop, product, version: '1.0.0' })
  await expect(signing).rejects.toMatchObject({ code: 'build.release' })
})

test.each([
  ['a release that was not made', '9.9.9', {}, 'build.unknown'],
  ['another passphrase', '1.0.0', { passphrase: passphraseOf('incorrect horse') }, 'sign.passphrase'],
  ['another product', '1.0.0', { product: 'lamp' }, 'build.unknown'],
])('%s is refused', async (_story, version, fields, code) => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  await expect(signRelease({ ...workshop, product, version, ...fields })).rejects.toMatchObject({ code })
})

test.each(['keys/product/thermostat', 'keys/boot'])('without the files in %s nothing is signed', async (folder) => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  for (const name of await workshop.disk.list(folder)) await workshop.disk.remove(`${folder}/${name}`)
  const signing = signRelease({ ...workshop, product, version: '1.0.0' })
  await expect(signing).rejects.toMatchObject({ code: 'sign.key' })
})

test('a boot manifest is there only once the release is signed', async () => {
  const workshop = await newWorkshop()
  await make(workshop, '1.0.0', 'one')
  await expect(bootManifestOf(workshop.disk, product, '1.0.0')).rejects.toMatchObject({ code: 'publish.unsigned' })
})

test('a power cut at any write leaves the old metadata or the new, and signing can be done again', async () => {
  const rehearsal = await newWorkshop()
  await make(rehearsal, '1.0.0', 'one')
  const before = rehearsal.disk.changes
  await signRelease({ ...rehearsal, product, version: '1.0.0' })
  for (let cut = 0; cut <= rehearsal.disk.changes - before; cut++) {
    const workshop = await newWorkshop()
    await make(workshop, '1.0.0', 'one')
    workshop.disk.cut(cut)
    const signing = signRelease({ ...workshop, product, version: '1.0.0' })
    await signing.catch((error) => expect(error).toBeInstanceOf(PowerCut))
    const disk = workshop.disk.restart([DROP, KEEP, subset(workshop.chance)][cut % 3] ?? KEEP)
    await signRelease({ ...workshop, disk, product, version: '1.0.0' })
    expect((await signedTargets({ disk })).version, `cut at write ${cut}`).toBe(2)
  }
})
