import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lookAtSecret, lookAtSecrets, lookForKeys } from './secrets.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-secrets-'))
  await mkdir(join(folder, 'deep'), { mode: 0o700 })
  await writeFile(join(folder, 'deep', 'key.pem'), 'secret', { mode: 0o600 })
})

afterEach(() => rm(folder, { recursive: true }))

test('secrets that only their owner reads are well kept', async () => {
  expect(await lookAtSecrets('keys', folder)).toEqual([
    { what: 'keys', verdict: 'ok', seen: '1 files, closed to others' },
  ])
})

test.each([0o640, 0o604, 0o620])('mode %o of one file is found, however deep it lies', async (mode) => {
  await chmod(join(folder, 'deep', 'key.pem'), mode)
  expect(await lookAtSecrets('keys', folder)).toMatchObject([
    { verdict: 'fail', seen: 'others can read deep/key.pem', next: `chmod -R go= ${folder}` },
  ])
  expect(await lookAtSecret('key', join(folder, 'deep', 'key.pem'))).toMatchObject({ verdict: 'fail' })
})

test('an open folder is found', async () => {
  await chmod(folder, 0o755)
  expect(await lookAtSecrets('keys', folder)).toMatchObject([{ verdict: 'fail', seen: `others can read ${folder}` }])
})

test('a folder that is empty or not there is a loss', async () => {
  await rm(join(folder, 'deep'), { recursive: true })
  expect(await lookAtSecrets('keys', folder)).toMatchObject([{ verdict: 'fail' }])
  expect(await lookAtSecrets('keys', join(folder, 'gone'))).toMatchObject([{ verdict: 'fail' }])
})

test('a role whose keys lie elsewhere is named', async () => {
  expect(await lookForKeys(folder, ['deep'])).toEqual([])
  expect(await lookForKeys(folder, ['deep', 'image/root', 'boot'])).toMatchObject([
    { verdict: 'warn', seen: 'none here for image/root, boot' },
  ])
})
