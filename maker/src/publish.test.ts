import { Fault } from '@sealift/protocol'
import { findTarget, refreshRepository } from '@sealift/trust'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NAMES, writeText } from './folder.ts'
import { addProduct } from './products.ts'
import { publishRelease } from './publish.ts'
import { signRelease } from './sign.ts'
import { TrialServer } from './test/trial-server.ts'
import { make, NOW_MS, newWorkshop, thermostat, type Workshop } from './test/workshop.ts'

const product = 'thermostat'

async function release(workshop: Workshop, version: string, bytes = version): Promise<void> {
  await make(workshop, version, bytes)
  await signRelease({ ...workshop, product, version })
}

async function ready() {
  const workshop = await newWorkshop()
  return { workshop, server: new TrialServer(workshop.part) }
}

/** What a device would find at this path, verified from the root it was given. */
async function foundBy(server: TrialServer, imageRoot: string, path: string) {
  const repository = await refreshRepository({ root: imageRoot, delegated: {} }, server.fetch, NOW_MS)
  return findTarget(repository, server.fetch, path, NOW_MS)
}

test('what was made, signed and published is what a device finds and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(9), async (bytes, securityCounter) => {
      const { workshop, server } = await ready()
      const { draft } = await make(workshop, '1.0.0', Buffer.from(bytes).toString('latin1'), { securityCounter })
      await signRelease({ ...workshop, product, version: '1.0.0' })
      await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
      const { target, role } = await foundBy(server, workshop.part.imageRoot, draft.targetPath)
      expect(role).toBe('product/thermostat')
      expect(target).toMatchObject({ length: draft.lengthBytes, hashes: { sha256: draft.sha256 } })
      expect(target?.custom?.sealift).toMatchObject({ version: '1.0.0', securityCounter })
      expect([...server.blobs.keys()]).toEqual([draft.sha256])
    }),
    { numRuns: 10 },
  )
})

test('whatever is changed in what was published, no device takes it (attack 1)', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  const path = 'thermostat/1.0.0/thermostat-1.0.0.img'
  const files = [...server.files].filter(([name]) => !name.includes('root'))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(7), async ([name, text], at, bit) => {
      const bytes = Buffer.from(text, 'utf8')
      const place = at % bytes.length
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
      const fetch: typeof server.fetch = async (file, lengthBytesMax) =>
        file === name ? bytes : server.fetch(file, lengthBytesMax)
      const asking = refreshRepository({ root: workshop.part.imageRoot, delegated: {} }, fetch, NOW_MS).then(
        (repository) => findTarget(repository, fetch, path, NOW_MS),
      )
      const outcome = await asking.then(
        ({ target }) => target,
        (error) => error,
      )
      // A key id is a label: changing one of a surplus signature would pass, but here both families must sign.
      expect(outcome).toBeInstanceOf(Fault)
    }),
    { numRuns: 200 },
  )
})

test('images go first, then the metadata that lists them', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  expect(server.asked).toEqual(['blob', 'publish'])
  expect(server.served).toEqual({ targets: 2, 'product/thermostat': 2 })
})

test('publishing again sends nothing', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  const again = await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  expect(again).toEqual({ blobs: [], published: undefined })
  expect(server.asked).toEqual(['blob', 'publish'])
})

test('what is signed and not yet there goes along, and nothing else', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  await release(workshop, '1.1.0')
  await make(workshop, '1.2.0', 'only a draft')
  await release(workshop, '1.3.0')
  const { blobs } = await publishRelease({ ...workshop, api: server, product, version: '1.3.0' })
  expect(blobs).toHaveLength(2)
  expect(server.served).toEqual({ targets: 2, 'product/thermostat': 4 })
})

test('a product that was added meanwhile is published with its delegation only', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  await addProduct({ ...workshop, product: { ...thermostat, id: 'lamp' } })
  await publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  expect(server.served).toEqual({ targets: 3, 'product/thermostat': 2 })
})

test('wherever the connection breaks, the next call goes on', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0')
  await release(workshop, '1.1.0')
  const publish = () => publishRelease({ ...workshop, api: server, product, version: '1.1.0' })
  for (const requestsLeft of [0, 1, 2]) {
    server.requestsLeft = requestsLeft
    await expect(publish()).rejects.toMatchObject({ code: 'publish.unreachable' })
  }
  server.requestsLeft = 3
  expect((await publish()).published).toBeDefined()
  expect(server.blobs.size).toBe(2)
})

test('a release that is not signed is not published', async () => {
  const { workshop, server } = await ready()
  await make(workshop, '1.0.0', 'one')
  const publishing = publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
  await expect(publishing).rejects.toMatchObject({ code: 'publish.unsigned' })
  expect(server.asked).toEqual([])
})

test('an image that was changed after signing does not arrive (attack 22)', async () => {
  const { workshop, server } = await ready()
  await release(workshop, '1.0.0', 'good')
  for (const [bytes, code] of [
    ['evil', 'publish.digest'],
    ['longer', 'build.image'],
  ] as const) {
    await writeText(workshop.disk, NAMES.image(product, '1.0.0'), bytes)
    const publishing = publishRelease({ ...workshop, api: server, product, version: '1.0.0' })
    await expect(publishing).rejects.toMatchObject({ code })
  }
  expect(server.served).toEqual({})
})

test.each([
  ['signed the same version otherwise', ['1.1.0'], ['1.2.0']],
  ['is behind', ['1.1.0', '1.2.0'], ['1.1.0']],
  ['went on without what is served', ['1.1.0'], ['1.2.0', '1.3.0']],
])('of two copies of a folder, one that %s is refused', async (_story, theirs, ours) => {
  const { workshop, server } = await ready()
  const copy = await newWorkshop()
  for (const version of theirs) await release(copy, version, `theirs ${version}`)
  await publishRelease({ ...copy, api: server, product, version: theirs[0] ?? '' })
  for (const version of ours) await release(workshop, version, `ours ${version}`)
  const publishing = publishRelease({ ...workshop, api: server, product, version: ours[0] ?? '' })
  await expect(publishing).rejects.toMatchObject({ code: 'publish.conflict' })
})
