// Publishing: whole or nothing, and nothing that a device would refuse.

import { type Publication, productRoleOf, type Release } from '@sealift/protocol'
import { findTarget, type RepositoryTexts, readMetadataText, refreshRepository } from '@sealift/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOW_MS, TrialHouse } from '../trial/trial-house.ts'
import { newPair, newRelease } from '../trial/trial-maker.ts'

let trial: TrialHouse

beforeEach(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
})

afterEach(() => trial.close())

const served = async (file: string) => {
  const response = await trial.people.inject({ url: `/repository/${file}` })
  return response.statusCode === 200 ? response.rawPayload : undefined
}

const asClient = async (root: string, nowMs = trial.clock.nowMs()) => {
  const texts: RepositoryTexts = { root, delegated: {} }
  return await refreshRepository(texts, served, nowMs)
}

const releases = async () => (await trial.ask({ url: '/api/v1/releases' })).json().releases

test('a client that trusts only the first root finds what was published', async () => {
  const { sha256, image } = await trial.release('lamp', '1.0.0')
  const repository = await asClient(await trial.maker.signImageRoot(1))
  const { target } = await findTarget(repository, served, 'lamp/1.0.0/lamp-1.0.0.img', NOW_MS)
  expect(target).toMatchObject({ length: image.byteLength, hashes: { sha256 } })
  expect(await releases()).toMatchObject([{ product: 'lamp', version: '1.0.0', sha256, publishedAtMs: NOW_MS }])
})

test('publishing says what is new, and the same again says nothing is', async () => {
  const { publication, ...first } = await trial.maker.release('lamp', '1.0.0')
  await trial.upload(first)
  const published = await trial.publish(publication)
  expect(published.json()).toEqual({ snapshotVersion: 3, timestampVersion: 3, releases: ['lamp/1.0.0'] })
  const again = await trial.publish(publication)
  expect(again.json()).toEqual({ snapshotVersion: 3, timestampVersion: 3, releases: [] })
  expect(await releases()).toHaveLength(1)
})

test('several releases signed before the first is published come in together, in order', async () => {
  const first = await trial.maker.release('lamp', '1.0.0')
  const second = await trial.maker.release('lamp', '1.1.0')
  await trial.upload(first)
  await trial.upload(second)
  expect((await trial.publish(second.publication)).json()).toMatchObject({ releases: ['lamp/1.0.0', 'lamp/1.1.0'] })
})

test('each publication is in the journal', async () => {
  await trial.release('lamp', '1.0.0')
  const { entries } = (await trial.ask({ url: '/api/v1/journal' })).json()
  expect(entries[0]).toMatchObject({
    action: 'release.published',
    subject: 'lamp/1.0.0',
    actor: { kind: 'token', id: 'command line' },
  })
})

test('a new root is followed, and the targets that stand must be signed by its keys', async () => {
  const root = await trial.maker.signImageRoot(2)
  expect((await trial.publish({ roots: [root] })).statusCode).toBe(200)
  expect((await asClient(await trial.maker.signImageRoot(1))).root.version).toBe(2)
})

type Refused = [story: string, status: number, code: string, sign: () => Promise<Publication>]

const product = async (text: Promise<string>): Promise<Publication> => ({
  delegated: { [productRoleOf('lamp')]: await text },
})

const uploaded = async (change: Partial<Release> = {}, version = '1.0.0', counter = 1) => {
  const release = newRelease('lamp', version, counter, change)
  await trial.upload(release)
  return release
}

const refused: Refused[] = [
  [
    'attack 01 arbitrary software: signed by nobody we know',
    422,
    'verify.threshold',
    () => product(trial.maker.signProduct('lamp', {}, newPair().signers)),
  ],
  [
    'attack 01: one family of keys alone does not suffice',
    422,
    'verify.threshold',
    () => product(trial.maker.signProduct('lamp', {}, trial.maker.products.get('lamp')?.signers.slice(0, 1))),
  ],
  [
    'attack 16: one signature that stands there twice',
    422,
    'verify.threshold',
    async () => {
      const { signed, signatures } = JSON.parse(await trial.maker.signProduct('lamp'))
      return { delegated: { 'product/lamp': JSON.stringify({ signed, signatures: [signatures[0], signatures[0]] }) } }
    },
  ],
  [
    'attack 03 metadata rollback: an older version',
    409,
    'publish.conflict',
    async () => {
      const old = product(trial.maker.signProduct('lamp'))
      await trial.publish(await product(trial.maker.signProduct('lamp')))
      return await old
    },
  ],
  [
    'attack 04 freeze: past its date',
    422,
    'verify.expired',
    () => product(trial.maker.signProduct('lamp', { expires: '2026-11-19T00:00:00Z' })),
  ],
  [
    'attack 17 delegation confusion: a product role that speaks for another product',
    422,
    'verify.delegation',
    async () => {
      const target = await trial.maker.targetOf(newRelease('kettle', '1.0.0', 1))
      return await product(trial.maker.signProduct('lamp', { targets: { 'kettle/1.0.0/kettle-1.0.0.img': target } }))
    },
  ],
  [
    'attack 17: a role that nobody delegated',
    422,
    'verify.delegation',
    async () => ({ delegated: { 'product/kettle': await trial.maker.signProduct('lamp') } }),
  ],
  [
    'a product role that delegates on',
    422,
    'publish.refused',
    () => product(trial.maker.signProduct('lamp', { delegations: { keys: {}, roles: [] } })),
  ],
  [
    'top-level targets that names images',
    422,
    'publish.refused',
    async () => {
      const target = await trial.maker.targetOf(newRelease('lamp', '1.0.0', 1))
      const change = { targets: { 'lamp/1.0.0/lamp-1.0.0.img': target } }
      return { targets: await trial.maker.signTargets(undefined, change) }
    },
  ],
  [
    'top-level targets that lets go of a published product',
    409,
    'publish.conflict',
    async () => {
      trial.maker.products.delete('lamp')
      return { targets: await trial.maker.signTargets() }
    },
  ],
  [
    'attack 18 root chain: root 3 without root 2',
    409,
    'publish.conflict',
    async () => ({ roots: [await trial.maker.signImageRoot(3)] }),
  ],
  [
    'attack 18: a root that its predecessor did not sign',
    422,
    'verify.threshold',
    async () => ({ roots: [JSON.stringify({ ...JSON.parse(await trial.maker.signImageRoot(2)), signatures: [] })] }),
  ],
  [
    'an image that was not uploaded',
    422,
    'publish.refused',
    async () => (await trial.maker.release('lamp', '1.0.0')).publication,
  ],
  [
    'a target of another length than the image',
    422,
    'publish.refused',
    async () => trial.maker.publicationOf(await uploaded(), { length: 5 }),
  ],
  [
    'a boot manifest of another image',
    422,
    'publish.refused',
    async () => {
      const release = await uploaded()
      const { bootManifest = '' } = (await trial.maker.targetOf(newRelease('lamp', '1.0.1', 2))).custom ?? {}
      const { custom } = await trial.maker.targetOf(release)
      return await trial.maker.publicationOf(release, { custom: { ...custom, bootManifest } })
    },
  ],
  [
    'no boot manifest',
    422,
    'boot.manifest',
    async () => {
      const release = await uploaded()
      const { bootManifest: _, ...custom } = (await trial.maker.targetOf(release)).custom ?? {}
      return await trial.maker.publicationOf(release, { custom })
    },
  ],
  [
    'attack 10 wrong hardware: an id that is not of the product',
    422,
    'publish.refused',
    async () => trial.maker.publicationOf(await uploaded({ hardwareIds: ['lock-7000i'] })),
  ],
  [
    'a release counter that does not grow',
    422,
    'publish.refused',
    async () => {
      await trial.release('lamp', '1.0.0')
      return await trial.maker.publicationOf(await uploaded({}, '1.1.0', 1))
    },
  ],
  [
    'a security counter that goes down',
    422,
    'publish.refused',
    async () => {
      await trial.release('lamp', '1.0.0')
      return await trial.maker.publicationOf(await uploaded({ securityCounter: 0 }, '1.1.0', 2))
    },
  ],
  [
    'a product role without a release that it has published',
    409,
    'publish.conflict',
    async () => {
      await trial.release('lamp', '1.0.0')
      trial.maker.forget('lamp', '1.0.0')
      return await product(trial.maker.signProduct('lamp'))
    },
  ],
  [
    'a published release that was changed',
    409,
    'publish.conflict',
    async () => {
      await trial.release('lamp', '1.0.0')
      return await trial.maker.publicationOf(newRelease('lamp', '1.0.0', 1, { class: 'feature' }))
    },
  ],
  [
    'metadata that is not metadata',
    422,
    'verify.format',
    async () => ({ delegated: { 'product/lamp': '{"signed":{}}' } }),
  ],
  [
    'attack 21 parser ambiguity: a name that stands twice',
    422,
    'verify.format',
    async () => {
      const text = await trial.maker.signProduct('lamp')
      return { delegated: { 'product/lamp': text.replace('"version":', '"version":1,"version":') } }
    },
  ],
  ['a product that the server does not know', 404, 'assign.unknown', () => trial.maker.addProduct('kettle')],
]

test.each(refused)('refuses %s, and keeps nothing of it', async (_story, status, code, sign) => {
  const publication = await sign()
  const before = await kept()
  const response = await trial.publish(publication)
  expect(response.json()).toMatchObject({ status, code })
  expect(await kept()).toEqual(before)
})

const kept = async () => ({
  files: await trial.house.store.selectFrom('image_metadata').select(['role', 'version']).execute(),
  releases: await trial.house.store.selectFrom('release').select(['product', 'version']).execute(),
  journal: await trial.house.store.selectFrom('journal').select('seq').execute(),
})

test('a snapshot never forgets a role, and lists what is served (TUF §5.5.5)', async () => {
  await trial.release('lamp', '1.0.0')
  const { signed } = readMetadataText('snapshot', (await served('3.snapshot.json'))?.toString() ?? '')
  expect(Object.keys(signed.meta)).toEqual(['product/lamp.json', 'targets.json'])
  expect(await served('2.product%2Flamp.json')).toBeDefined()
})

test('the file that was just replaced is still served, older ones are gone, roots stay', async () => {
  await trial.release('lamp', '1.0.0')
  await trial.release('lamp', '1.1.0')
  await trial.publish({ roots: [await trial.maker.signImageRoot(2)] })
  const there = async (file: string) => (await served(file)) !== undefined
  expect(await there('5.snapshot.json')).toBe(true)
  expect(await there('4.snapshot.json')).toBe(true)
  expect(await there('3.snapshot.json')).toBe(false)
  expect(await there('1.root.json')).toBe(true)
  expect(await there('2.root.json')).toBe(true)
  expect(await there('3.root.json')).toBe(false)
})

test.each(['0.root.json', 'root.json', '1.root', '../server.json', '1.timestamp.json', '1..root.json', '%00.json'])(
  'no such file: %s',
  async (file) => {
    const response = await trial.people.inject({ url: `/repository/${encodeURIComponent(file)}` })
    expect(response.json()).toMatchObject({ status: 404, code: 'assign.unknown' })
  },
)
