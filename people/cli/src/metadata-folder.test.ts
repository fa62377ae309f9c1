import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readMetadataFolder } from './metadata-folder.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-metadata-'))
})

afterEach(() => rm(folder, { recursive: true }))

test('takes the newest of each role, by number and not by spelling, under names as the server serves them', async () => {
  await lay(
    '9.targets.json',
    '10.targets.json',
    '2.product%2Fbulb.json',
    '1.product%2Fbulb.json',
    '1.product%2Flock.json',
  )
  await lay('timestamp.json', '3.snapshot.json', '1.root.json', 'README.md')
  expect(await readMetadataFolder(join(folder, 'm'), await root())).toEqual({
    root: 'trusted',
    targets: '10.targets.json',
    delegated: { 'product/bulb': '2.product%2Fbulb.json', 'product/lock': '1.product%2Flock.json' },
  })
})

test('takes files without a number, as the maker keeps them', async () => {
  await lay('root.json', 'targets.json', 'product%2Fbulb.json')
  expect(await readMetadataFolder(join(folder, 'm'), await root())).toMatchObject({
    root: 'trusted',
    targets: 'targets.json',
    delegated: { 'product/bulb': 'product%2Fbulb.json' },
  })
})

test('trust never begins at a root that lies in the folder', async () => {
  await lay('99.root.json', 'targets.json')
  expect((await readMetadataFolder(join(folder, 'm'), await root())).root).toBe('trusted')
})

test('without targets there is nothing to ask', async () => {
  await lay('1.root.json')
  await expect(readMetadataFolder(join(folder, 'm'), await root())).rejects.toMatchObject({ code: 'keep.missing' })
})

// Each file holds its own name.
async function lay(...names: readonly string[]): Promise<void> {
  await mkdir(join(folder, 'm'), { recursive: true })
  for (const name of names) await writeFile(join(folder, 'm', name), name)
}

async function root(): Promise<string> {
  const path = join(folder, 'root-by-another-way.json')
  await writeFile(path, 'trusted')
  return path
}
