// A server's folder: what is laid down is what is read, and a half of one is none.

import { createPublicKey } from 'node:crypto'
import { replaceFile } from '@sealift/world'
import { seededChance, VirtualClock, VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { type Founding, foundServer, readServerFolder } from './folder.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { openStore } from './store/store.ts'
import { NOW_MS } from './trial/trial-house.ts'
import { newPair, TrialMaker } from './trial/trial-maker.ts'

const founding = await new TrialMaker(NOW_MS).founding()

const found = async (disk: VirtualDisk, change: Partial<Founding> = {}) => {
  const store = await openStore(':memory:')
  try {
    const world = { disk, clock: new VirtualClock(NOW_MS), chance: seededChance(1) }
    return await foundServer(world, store, { ...founding, ...change })
  } finally {
    await store.destroy()
  }
}

test('what is laid down is what is read', async () => {
  const disk = new VirtualDisk()
  const { adminToken } = await found(disk)
  expect(adminToken).toMatch(/^sealift_token_/)
  const read = await readServerFolder(disk)
  expect(read.file).toMatchObject({ ...DEFAULT_SETTINGS, pollMs: 1_000, host: '127.0.0.1', peoplePort: 0 })
  expect(read.tls).toEqual({ ...founding.tls, deviceCaPem: founding.deviceCa.certificatePem })
  expect(read.serverCaPem).toBe(founding.serverCaPem)
  for (const role of [
    'imageSnapshot',
    'imageTimestamp',
    'directorTargets',
    'directorSnapshot',
    'directorTimestamp',
  ] as const) {
    expect(read.keys[role].map(({ key }) => key.scheme)).toEqual(['ed25519', 'ml-dsa-65/1'])
  }
  expect(createPublicKey(read.keys.deviceCa.key).asymmetricKeyType).toBe('ec')
})

test('the folder holds no root, targets, product or boot key', async () => {
  const disk = new VirtualDisk()
  await found(disk)
  expect(await disk.list('keys')).toEqual([
    'director-snapshot.pem',
    'director-targets.pem',
    'director-timestamp.pem',
    'image-snapshot.pem',
    'image-timestamp.pem',
  ])
})

test.each(['imageSnapshot', 'imageTimestamp', 'directorTargets', 'directorSnapshot', 'directorTimestamp'] as const)(
  'keys that the root does not name are noticed on the first day: %s',
  async (role) => {
    const onlineKeys = { ...founding.onlineKeys, [role]: newPair().pems }
    await expect(found(new VirtualDisk(), { onlineKeys })).rejects.toMatchObject({ code: 'sign.key' })
  },
)

const crooked: [story: string, change: Partial<Founding>, code: string][] = [
  [
    'a root that nobody signed',
    { imageRoot: founding.imageRoot.replace(/"sig":"../, '"sig":"00') },
    'verify.threshold',
  ],
  ['targets under another key', { imageTargets: founding.directorRoot }, 'verify.format'],
  ['a key that is none', { onlineKeys: { ...founding.onlineKeys, imageSnapshot: ['x'] } }, 'sign.key'],
]

test.each(crooked)('refuses %s, and lays down nothing', async (_story, change, code) => {
  const disk = new VirtualDisk()
  await expect(found(disk, change)).rejects.toMatchObject({ code })
  await expect(readServerFolder(disk)).rejects.toMatchObject({ code: 'keep.missing' })
})

test('founded twice on one database: refused', async () => {
  const store = await openStore(':memory:')
  const world = { clock: new VirtualClock(NOW_MS), chance: seededChance(1) }
  await foundServer({ ...world, disk: new VirtualDisk() }, store, founding)
  const again = foundServer({ ...world, disk: new VirtualDisk() }, store, founding)
  await expect(again).rejects.toMatchObject({ code: 'keep.exists' })
  await store.destroy()
})

test('a power cut at any write leaves a whole folder, or one that is not ours yet', async () => {
  const rehearsal = new VirtualDisk()
  await found(rehearsal)
  const { DROP } = await import('@sealift/world/virtual')
  for (let cut = 0; cut <= rehearsal.changes; cut++) {
    const disk = new VirtualDisk()
    disk.cut(cut)
    const done = await found(disk).then(
      () => true,
      () => false,
    )
    const read = readServerFolder(disk.restart(DROP))
    if (done) await read
    else await read.catch((error) => expect(error, `cut at write ${cut}`).toMatchObject({ code: 'keep.missing' }))
  }
})

const damage: [file: string, text: string | undefined, code: string][] = [
  ['server.json', '{', 'keep.damaged'],
  ['server.json', '{"format":"sealift-server-2"}', 'keep.damaged'],
  ['tls/key.pem', undefined, 'keep.damaged'],
  ['keys/image-snapshot.pem', 'no key at all', 'keep.damaged'],
  ['ca/device-ca-key.pem', 'no key at all', 'sign.key'],
]

test.each(damage)('%s that reads %s is said to be damaged', async (file, text, code) => {
  const disk = new VirtualDisk()
  await found(disk)
  if (text === undefined) await disk.remove(file)
  else await replaceFile(disk, file, Buffer.from(text))
  await expect(readServerFolder(disk)).rejects.toMatchObject({ code })
})
