// The owner's word as it lies in the folder.

import { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { readConsent, writeConsent } from './consent-file.ts'

test('a word is read as it was written, and the next takes its place', async () => {
  const disk = new VirtualDisk()
  expect(await readConsent(disk)).toBeUndefined()
  await writeConsent(disk, { version: '2.0.0', decision: 'refuse', atMs: 1 })
  const word = await writeConsent(disk, { version: '2.0.0', decision: 'defer', atMs: 2, untilMs: 3 })
  expect(await readConsent(disk)).toEqual(word)
})

test('a word that is not of its form is not taken down', async () => {
  const disk = new VirtualDisk()
  await expect(writeConsent(disk, { version: 'two', decision: 'approve', atMs: 1 })).rejects.toMatchObject({
    code: 'assign.invalid',
  })
  expect(await readConsent(disk)).toBeUndefined()
})

test.each(['', '{', '{"format":"sealift-consent-2"}', `[${'['.repeat(5_000)}`])(
  'what is no word counts for none: %s',
  async (text) => {
    expect(await readConsent(new VirtualDisk({ files: { 'consent.json': Buffer.from(text) } }))).toBeUndefined()
  },
)
