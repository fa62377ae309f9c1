import { Fault, type FaultCode } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { type FetchFile, type Repository, type RepositoryTexts, refreshRepository } from './repository.ts'
import {
  DAY_MS,
  NOW_MS,
  newRoleSigners,
  newSigners,
  roleKeysOf,
  rootOf,
  TrialRepository,
  targetsOf,
} from './trial-repository.ts'
import { expiresAt, signMetadata } from './write.ts'

async function faultOf(promise: Promise<unknown>): Promise<FaultCode | 'accepted'> {
  try {
    await promise
    return 'accepted'
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}

function pinned(repository: TrialRepository): RepositoryTexts {
  return { root: repository.rootText, delegated: {} }
}

async function refreshed(repository: TrialRepository): Promise<Repository> {
  return refreshRepository(pinned(repository), repository.fetch, NOW_MS)
}

test('a first refresh trusts what the pinned root leads to (TUF §5.3-§5.6)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const { texts, timestamp, targets } = await refreshed(repository)
  expect(timestamp.version).toBe(1)
  expect(targets.targets).toEqual({})
  expect(texts.timestamp).toBe(repository.files.get('timestamp.json'))
})

test('a second refresh of the same generation fetches nothing but root and timestamp', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const { texts } = await refreshed(repository)
  repository.asked.length = 0
  await refreshRepository(texts, repository.fetch, NOW_MS)
  expect(repository.asked).toEqual(['2.root.json', 'timestamp.json'])
})

test.each(['timestamp', 'snapshot', 'targets'] as const)(
  '%s signed by another key is refused (attack 1)',
  async (role) => {
    const repository = await TrialRepository.make()
    await repository.publish(1)
    const hostile = await TrialRepository.make({ ...repository.signers, [role]: newSigners() })
    await hostile.publish(1)
    expect(await faultOf(refreshRepository(pinned(repository), hostile.fetch, NOW_MS))).toBe('verify.threshold')
  },
)

test.each([0, 1])('one family alone is not enough: without signature %i (x-min-per-family)', async (dropped) => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const text = JSON.parse(repository.files.get('timestamp.json') ?? '')
  text.signatures.splice(dropped, 1)
  repository.files.set('timestamp.json', JSON.stringify(text))
  expect(await faultOf(refreshed(repository))).toBe('verify.threshold')
})

test('an older timestamp is refused (attack 3, TUF §5.4.3.1)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const old = repository.files.get('timestamp.json') ?? ''
  await repository.publish(2)
  const { texts } = await refreshed(repository)
  repository.files.set('timestamp.json', old)
  expect(await faultOf(refreshRepository(texts, repository.fetch, NOW_MS))).toBe('verify.rollback')
})

test('a snapshot that forgets a targets file is refused (attack 3, TUF §5.5.5)', async () => {
  const repository = await TrialRepository.make()
  const role = { text: await signMetadata(targetsOf(), newSigners()), version: 1 }
  await repository.publish(1, targetsOf(), { 'product/lamp': role })
  const { texts } = await refreshed(repository)
  await repository.publish(2)
  expect(await faultOf(refreshRepository(texts, repository.fetch, NOW_MS))).toBe('verify.rollback')
})

test('a targets version may not go down under a newer snapshot (attack 3, TUF §5.5.5)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1, targetsOf({ version: 5 }))
  const { texts } = await refreshed(repository)
  await repository.publish(2, targetsOf({ version: 4 }))
  expect(await faultOf(refreshRepository(texts, repository.fetch, NOW_MS))).toBe('verify.rollback')
})

test.each([
  ['a millisecond before its date', -1, 'accepted'],
  ['at its date', 0, 'verify.expired'],
] as const)('a timestamp is refused from its date on: %s (attack 4, TUF §5.4.4)', async (_story, offsetMs, want) => {
  const repository = await TrialRepository.make()
  await repository.publish(1, targetsOf(), {}, NOW_MS + DAY_MS)
  const at = refreshRepository(pinned(repository), repository.fetch, NOW_MS + DAY_MS + offsetMs)
  expect(await faultOf(at)).toBe(want)
})

test('replaying what is trusted already does not hide that it is expired (attack 4)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const { texts } = await refreshed(repository)
  expect(await faultOf(refreshRepository(texts, repository.fetch, NOW_MS + 2 * DAY_MS))).toBe('verify.expired')
})

test('targets of one day with the snapshot of another are refused (attack 8)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  await repository.publish(2, targetsOf({ version: 2 }))
  const stale = await signMetadata(
    targetsOf({ version: 2, expires: expiresAt(NOW_MS + DAY_MS) }),
    repository.signers.targets,
  )
  repository.files.set('2.targets.json', stale)
  expect(await faultOf(refreshed(repository))).toBe('verify.mix-and-match')
})

test('a file that snapshot lists and the repository lacks is refused (attack 8)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  repository.files.delete('1.targets.json')
  expect(await faultOf(refreshed(repository))).toBe('verify.mix-and-match')
})

async function rotateRoot(repository: TrialRepository, change: Partial<TrialRepository['signers']>, version = 2) {
  const signers = { ...repository.signers, ...change }
  const next = rootOf(signers, version)
  repository.files.set(`${version}.root.json`, await signMetadata(next, [...repository.signers.root, ...signers.root]))
  Object.assign(repository.signers, signers)
}

test('a root chain is followed, each signed by the one before (TUF §5.3)', async () => {
  const repository = await TrialRepository.make()
  await rotateRoot(repository, { root: newSigners() }, 2)
  await rotateRoot(repository, { root: newSigners() }, 3)
  await repository.publish(1)
  expect((await refreshed(repository)).root.version).toBe(3)
})

test.each([
  ['only its own keys', (_old: unknown, own: unknown) => own],
  ['only the old keys', (old: unknown) => old],
] as const)('a new root signed by %s is refused (attack 18, TUF §5.3.4)', async (_story, choose) => {
  const repository = await TrialRepository.make()
  const signers = { ...newRoleSigners() }
  const chosen = choose(repository.signers.root, signers.root) as typeof signers.root
  repository.files.set('2.root.json', await signMetadata(rootOf(signers, 2), chosen))
  await repository.publish(1)
  expect(await faultOf(refreshed(repository))).toBe('verify.threshold')
})

test('a new root that skips a version is refused (attack 18, TUF §5.3.5)', async () => {
  const repository = await TrialRepository.make()
  repository.files.set('2.root.json', await signMetadata(rootOf(repository.signers, 3), repository.signers.root))
  await repository.publish(1)
  expect(await faultOf(refreshed(repository))).toBe('verify.rollback')
})

test('a device pushed far ahead by a stolen timestamp key recovers when the key is rotated (attack 5, TUF §5.3.11)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(Number.MAX_SAFE_INTEGER, targetsOf())
  const { texts } = await refreshed(repository)
  expect(
    await faultOf(repository.publish(7, targetsOf()).then(() => refreshRepository(texts, repository.fetch, NOW_MS))),
  ).toBe('verify.rollback')
  await rotateRoot(repository, { timestamp: newSigners(), snapshot: newSigners() })
  await repository.publish(7, targetsOf())
  const { timestamp } = await refreshRepository(texts, repository.fetch, NOW_MS)
  expect(timestamp.version).toBe(7)
})

test('a version beyond 2^53 - 1 is refused, not rounded (attack 5)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const text = repository.files.get('timestamp.json') ?? ''
  repository.files.set('timestamp.json', text.replace('"version":1,"expires"', '"version":9007199254740993,"expires"'))
  expect(await faultOf(refreshed(repository))).toBe('verify.format')
})

test('one key under two ids counts once (attack 16, TAP 12)', async () => {
  const repository = await TrialRepository.make()
  const [classical, quantum] = repository.signers.timestamp
  if (!classical || !quantum) throw new Error('two signers')
  const alias = { ...classical, keyid: 'alias' }
  const root = rootOf(repository.signers)
  const lax = {
    ...root,
    keys: { ...root.keys, alias: classical.key },
    roles: { ...root.roles, timestamp: { ...roleKeysOf([classical, alias]), threshold: 2, 'x-min-per-family': 0 } },
  }
  const rootText = await signMetadata(lax, repository.signers.root)
  await repository.publish(1)
  const signed = JSON.parse(repository.files.get('timestamp.json') ?? '').signed
  repository.files.set('timestamp.json', await signMetadata(signed, [classical, alias]))
  const seen = refreshRepository({ root: rootText, delegated: {} }, repository.fetch, NOW_MS)
  expect(await faultOf(seen)).toBe('verify.threshold')
})

test('every bit of the timestamp flipped in turn is refused (attack 1)', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const honest = Buffer.from(repository.files.get('timestamp.json') ?? '')
  const { signed } = JSON.parse(honest.toString('utf8'))
  // The signature of ML-DSA is most of the file; a sample of its bits stands for all.
  const start = honest.lastIndexOf(Buffer.from('"signed"'))
  const offsets = [...honest.keys()].filter((offset) => offset >= start || offset % 97 === 0)
  const flipped: FetchFile = async (file) => (file === 'timestamp.json' ? bytes : repository.fetch(file, 0))
  let bytes: Buffer = honest
  for (const offset of offsets) {
    for (let bit = 0; bit < 8; bit++) {
      bytes = Buffer.from(honest)
      bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << bit), offset)
      const seen = await faultOf(refreshRepository(pinned(repository), flipped, NOW_MS))
      if (seen !== 'accepted') continue
      // White space is none of the signature's business; the meaning must be the same.
      expect(JSON.parse(bytes.toString('utf8')).signed, `bit ${bit} of byte ${offset}`).toEqual(signed)
    }
  }
})

test('a kept copy that is damaged counts as absent, and is fetched anew', async () => {
  const repository = await TrialRepository.make()
  await repository.publish(1)
  const { texts } = await refreshed(repository)
  const damaged = { ...texts, timestamp: texts.timestamp?.replace('"version":1', '"version":9') ?? '', targets: '{' }
  const { texts: mended } = await refreshRepository(damaged, repository.fetch, NOW_MS)
  expect(mended).toEqual(texts)
})
