import { readMetadataText, requireThreshold } from '@sealift/trust'
import { DROP, KEEP, PowerCut, subset } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { NAMES, readText, writeText } from './folder.ts'
import { passphraseOf } from './keys/passphrase.ts'
import { openSigners } from './keys/role-keys.ts'
import { addProduct, listProducts, readProduct } from './products.ts'
import { newWorkshop, passphrase, thermostat } from './test/workshop.ts'

const lamp = { ...thermostat, id: 'lamp', name: 'Lamp', hardwareIds: ['lamp-1'] }

test('a product gets keys of its own, and the targets role says what they may sign', async () => {
  const workshop = await newWorkshop()
  await addProduct({ ...workshop, product: lamp })
  const root = readMetadataText('root', workshop.part.imageRoot).signed
  const targets = readMetadataText('targets', await readText(workshop.disk, NAMES.imageTargets))
  expect(() => requireThreshold('targets', targets, root.keys, root.roles.targets)).not.toThrow()
  expect(targets.signed.version).toBe(3)
  expect(targets.signed.delegations?.roles).toMatchObject([
    { name: 'product/thermostat', paths: ['thermostat/*/*'], terminating: true, threshold: 1, 'x-min-per-family': 1 },
    { name: 'product/lamp', paths: ['lamp/*/*'], terminating: true, threshold: 1, 'x-min-per-family': 1 },
  ])
  const keyids = targets.signed.delegations?.roles.flatMap(({ keyids }) => keyids)
  expect(new Set(keyids).size).toBe(4)
})

test('its first metadata is empty and signed by its keys', async () => {
  const { disk } = await newWorkshop()
  const delegations = readMetadataText('targets', await readText(disk, NAMES.imageTargets)).signed.delegations
  const [role] = delegations?.roles ?? []
  const first = readMetadataText('targets', await readText(disk, NAMES.productMetadata('thermostat')))
  expect(first.signed).toMatchObject({ version: 1, targets: {}, expires: '2027-02-19T00:00:00Z' })
  expect(() => role && delegations && requireThreshold(role.name, first, delegations.keys, role)).not.toThrow()
})

test('products are listed and read', async () => {
  const workshop = await newWorkshop()
  await addProduct({ ...workshop, product: lamp })
  expect((await listProducts(workshop.disk)).map(({ id }) => id)).toEqual(['lamp', 'thermostat'])
  expect(await readProduct(workshop.disk, 'lamp')).toEqual(lamp)
  await expect(readProduct(workshop.disk, 'badge')).rejects.toMatchObject({ code: 'build.unknown' })
  await expect(readProduct(workshop.disk, '../../etc')).rejects.toMatchObject({ code: 'build.unknown' })
})

test.each([
  ['one that is there already', thermostat, passphrase, 'keep.exists'],
  ['one with a path in its id', { ...lamp, id: '../lamp' }, passphrase, 'build.product'],
  ['one without hardware', { ...lamp, hardwareIds: [] }, passphrase, 'build.product'],
  [
    'one whose support ends after its life',
    {
      ...lamp,
      support: {
        ...lamp.support,
        end_of_security_support: '2036-01-01T00:00:00Z',
        end_of_life: '2030-01-01T00:00:00Z',
      },
    },
    passphrase,
    'build.product',
  ],
  ['one without the passphrase', lamp, passphraseOf('incorrect horse'), 'sign.passphrase'],
])('%s is refused and changes nothing', async (_story, product, passphrase, code) => {
  const workshop = await newWorkshop()
  const before = workshop.disk.changes
  await expect(addProduct({ ...workshop, product, passphrase })).rejects.toMatchObject({ code })
  expect(workshop.disk.changes).toBe(before)
})

test('targets that somebody changed in the folder are not signed again (attack 1)', async () => {
  const workshop = await newWorkshop()
  const envelope = JSON.parse(await readText(workshop.disk, NAMES.imageTargets))
  envelope.signed.delegations.roles[0].paths = ['*/*/*']
  await writeText(workshop.disk, NAMES.imageTargets, JSON.stringify(envelope))
  await expect(addProduct({ ...workshop, product: lamp })).rejects.toMatchObject({ code: 'verify.threshold' })
})

test('a power cut at any write leaves the product out or in, and the call can be made again', async () => {
  const rehearsal = await newWorkshop()
  const before = rehearsal.disk.changes
  await addProduct({ ...rehearsal, product: lamp })
  const changes = rehearsal.disk.changes - before
  let redone = 0
  for (let cut = 0; cut <= changes; cut++) {
    const workshop = await newWorkshop()
    workshop.disk.cut(cut)
    await addProduct({ ...workshop, product: lamp }).catch((error) => expect(error).toBeInstanceOf(PowerCut))
    const disk = workshop.disk.restart([DROP, KEEP, subset(workshop.chance)][cut % 3] ?? KEEP)
    if ((await listProducts(disk)).every(({ id }) => id !== 'lamp')) {
      redone++
      await addProduct({ ...workshop, disk, product: lamp })
    }
    const delegations = readMetadataText('targets', await readText(disk, NAMES.imageTargets)).signed.delegations
    const keyids = (await openSigners(disk, 'product/lamp', passphrase)).map(({ keyid }) => keyid)
    expect(delegations?.roles[1]?.keyids.toSorted(), `cut at write ${cut}`).toEqual(keyids.toSorted())
  }
  expect(redone).toBeGreaterThan(changes / 2)
})
