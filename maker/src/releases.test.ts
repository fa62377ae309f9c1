import { expect, test } from 'vitest'
import { listReleases } from './releases.ts'
import { signRelease } from './sign.ts'
import { make, newWorkshop } from './test/workshop.ts'

test('releases are listed by version, oldest first, each with its counter once it is signed', async () => {
  const workshop = await newWorkshop()
  for (const version of ['1.10.0', '1.9.0', '1.10.0-rc.1']) await make(workshop, version, version)
  await signRelease({ ...workshop, product: 'thermostat', version: '1.9.0' })
  const releases = await listReleases(workshop.disk, 'thermostat')
  expect(releases.map(({ draft, releaseCounter }) => [draft.release.version, releaseCounter])).toEqual([
    ['1.9.0', 1],
    ['1.10.0-rc.1', undefined],
    ['1.10.0', undefined],
  ])
})

test('a product that is not there has no list', async () => {
  const { disk } = await newWorkshop()
  await expect(listReleases(disk, 'lamp')).rejects.toMatchObject({ code: 'build.unknown' })
})
