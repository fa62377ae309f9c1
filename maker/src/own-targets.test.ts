import { generateKeyPairSync } from 'node:crypto'
import { readMetadataText } from '@sealift/trust'
import { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { writeText } from './folder.ts'
import { signersOf } from './keys/role-keys.ts'
import { NO_TARGETS, readOwnTargets, signNextTargets } from './own-targets.ts'
import { NOW_MS } from './test/workshop.ts'

const newPair = () =>
  signersOf([generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ml-dsa-65').privateKey])
const ours = newPair()
const target = { length: 1, hashes: { sha256: '00'.repeat(32) } }

async function folderWith(text: string): Promise<VirtualDisk> {
  const disk = new VirtualDisk()
  await writeText(disk, 'targets.json', text)
  return disk
}

test('the next version carries on what the last one said, unknown fields too', async () => {
  const last = { ...NO_TARGETS, 'x-later': 1, targets: { 'lamp/1.0.0/lamp.img': target } }
  const text = await signNextTargets(last, {}, ours, NOW_MS)
  const read = await readOwnTargets(await folderWith(text), 'targets.json', 'product/lamp', ours)
  expect(read).toMatchObject({ version: 1, expires: '2026-11-20T00:00:00Z', 'x-later': 1, targets: last.targets })
})

test('what somebody else signed is not built on (attack 1)', async () => {
  const text = await signNextTargets(NO_TARGETS, { targets: { evil: target } }, newPair(), NOW_MS)
  const reading = readOwnTargets(await folderWith(text), 'targets.json', 'product/lamp', ours)
  await expect(reading).rejects.toMatchObject({ code: 'verify.threshold' })
})

test('what only one family signed is not built on', async () => {
  const text = await signNextTargets(NO_TARGETS, {}, ours.slice(0, 1), NOW_MS)
  const reading = readOwnTargets(await folderWith(text), 'targets.json', 'product/lamp', ours)
  await expect(reading).rejects.toMatchObject({ code: 'verify.threshold' })
})

test('a target slipped into the file is noticed, not signed (attack 1)', async () => {
  const envelope = JSON.parse(await signNextTargets(NO_TARGETS, {}, ours, NOW_MS))
  envelope.signed.targets['lamp/6.6.6/lamp.img'] = target
  const text = JSON.stringify(envelope)
  expect(Object.keys(readMetadataText('targets', text).signed.targets)).toHaveLength(1)
  const reading = readOwnTargets(await folderWith(text), 'targets.json', 'product/lamp', ours)
  await expect(reading).rejects.toMatchObject({ code: 'verify.threshold' })
})
