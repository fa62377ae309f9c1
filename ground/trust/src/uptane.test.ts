import { generateKeyPairSync } from 'node:crypto'
import type { Release } from '@sealift/protocol'
import { targetPathOf } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { type BootManifest, readBootManifest, signBootManifest } from './boot-manifest.ts'
import { type Signer, signerOf } from './key.ts'
import type { Target, Targets } from './metadata.ts'
import { keysOf, NOW_MS, newSigners, roleKeysOf, TrialRepository, targetsOf } from './trial-repository.ts'
import { type AssignmentInput, componentOf, type TrustState, verifyAssignment } from './uptane.ts'
import { signMetadata } from './write.ts'

const SHA256 = 'ab'.repeat(32)
const boot = generateKeyPairSync('ed25519')
const bootSigner = signerOf(boot.privateKey)
const bootKeysPem = [boot.publicKey.export({ type: 'spki', format: 'pem' }).toString()]
const productSigners = newSigners()
const directorSigners = (await TrialRepository.make()).signers
const imageSigners = (await TrialRepository.make()).signers

const release: Release = {
  product: 'lamp',
  version: '2.0.0',
  releaseCounter: 2,
  securityCounter: 1,
  hardwareIds: ['lamp-b'],
  class: 'security',
  notes: { summary: 's', risk: 'r', removes: '' },
  reboot: true,
  durationS: 30,
  format: 'raw',
}
const device = { id: 'dev-1', product: 'lamp', hardwareId: 'lamp-b' }

type Story = {
  release?: Partial<Release>
  signed?: Partial<Target>
  assigned?: Partial<Target>
  assignedPath?: string
  manifest?: Partial<BootManifest>
  manifestSigner?: Signer
  director?: Partial<Targets>
  componentId?: string
  componentHardwareId?: string
  lists?: boolean
}

async function stage(story: Story): Promise<{ input: AssignmentInput; kept: TrustState[] }> {
  const told: Release = { ...release, ...story.release }
  const path = targetPathOf(told.product, told.version)
  const manifest: BootManifest = {
    format: 'sealift-boot-1',
    product: told.product,
    version: told.version,
    releaseCounter: told.releaseCounter,
    securityCounter: told.securityCounter,
    hardwareIds: told.hardwareIds,
    lengthBytes: 10,
    sha256: SHA256,
    ...story.manifest,
  }
  const signed: Target = {
    length: 10,
    hashes: { sha256: SHA256 },
    custom: {
      hardwareIds: told.hardwareIds,
      releaseCounter: told.releaseCounter,
      sealift: told,
      bootManifest: await signBootManifest(manifest, story.manifestSigner ?? bootSigner),
    },
    ...story.signed,
  }
  const assigned: Target = {
    length: 10,
    hashes: { sha256: SHA256 },
    custom: {
      ecuIdentifiers: {
        [story.componentId ?? componentOf(device.id)]: { hardwareId: story.componentHardwareId ?? device.hardwareId },
      },
    },
    ...story.assigned,
  }
  const director = await TrialRepository.make(directorSigners)
  await director.publish(
    1,
    targetsOf({
      targets: { [story.assignedPath ?? path]: assigned },
      'x-sealift': { deviceId: device.id, attempt: 0 },
      ...story.director,
    }),
  )
  const image = await TrialRepository.make(imageSigners)
  const lines = targetsOf({ targets: story.lists === false ? {} : { [path]: signed } })
  await image.publish(
    1,
    targetsOf({
      delegations: {
        keys: keysOf(productSigners),
        roles: [{ ...roleKeysOf(productSigners), name: 'product/lamp', paths: ['lamp/*/*'], terminating: true }],
      },
    }),
    { 'product/lamp': { version: 1, text: await signMetadata(lines, productSigners) } },
  )
  const kept: TrustState[] = []
  return {
    kept,
    input: {
      state: {
        director: { root: director.rootText, delegated: {} },
        image: { root: image.rootText, delegated: {} },
      },
      fetchDirector: director.fetch,
      fetchImage: image.fetch,
      device,
      installed: { releaseCounter: 1, sha256: 'cd'.repeat(32) },
      floor: 1,
      bootKeysPem,
      nowMs: NOW_MS,
      keep: async (state) => void kept.push(state),
    },
  }
}

test('an assignment on which both repositories agree is accepted, with the manifest for the slot', async () => {
  const { input, kept } = await stage({})
  const { assignment, state } = await verifyAssignment(input)
  expect(assignment).toMatchObject({ path: 'lamp/2.0.0/lamp-2.0.0.img', sha256: SHA256, lengthBytes: 10 })
  expect(readBootManifest(assignment?.bootManifest ?? '', bootKeysPem).version).toBe('2.0.0')
  expect(kept.at(-1)).toEqual(state)
})

test('nothing assigned is an answer, and the image repository is not asked', async () => {
  const { input } = await stage({
    director: { targets: {}, 'x-sealift': { deviceId: 'dev-1', attempt: 0, whyNot: 'paused' } },
  })
  const asked: string[] = []
  const { assignment, word } = await verifyAssignment({
    ...input,
    fetchImage: async (file) => {
      asked.push(file)
      return undefined
    },
  })
  expect(assignment).toBeUndefined()
  expect(word.whyNot).toBe('paused')
  expect(asked).toEqual([])
})

const refusals: [story: string, change: Story, code: string][] = [
  ['an image that no release key signed (attack 1)', { lists: false }, 'verify.not-signed'],
  [
    'another digest than the signed one (attack 19)',
    { assigned: { hashes: { sha256: 'ef'.repeat(32) } } },
    'verify.mismatch',
  ],
  [
    'one digest more than the signed ones',
    { assigned: { hashes: { sha256: SHA256, sha512: 'ef'.repeat(64) } } },
    'verify.mismatch',
  ],
  ['another length than the signed one', { assigned: { length: 11 } }, 'verify.mismatch'],
  [
    'another device in the word (attack 20)',
    { director: { 'x-sealift': { deviceId: 'dev-2', attempt: 0 } } },
    'verify.other-device',
  ],
  ['another device as component (attack 20)', { componentId: componentOf('dev-2') }, 'verify.other-device'],
  ['no component at all', { assigned: { custom: {} } }, 'verify.other-device'],
  ['other hardware, by the director (attack 10)', { componentHardwareId: 'lamp-a' }, 'verify.hardware'],
  ['other hardware, by the release (attack 10)', { release: { hardwareIds: ['lamp-a'] } }, 'verify.hardware'],
  ['a lower security counter than the floor (attack 2)', { release: { securityCounter: 0 } }, 'verify.floor'],
  ['an older release (attack 2)', { release: { releaseCounter: 0 } }, 'verify.downgrade'],
  ['a director that delegates', { director: { delegations: { keys: {}, roles: [] } } }, 'verify.delegation'],
  ['a boot manifest of another image', { manifest: { sha256: 'ef'.repeat(32) } }, 'verify.mismatch'],
  ['a boot manifest with a higher counter', { manifest: { securityCounter: 9 } }, 'verify.mismatch'],
  ['a boot manifest by another key', { manifestSigner: newSigners()[0] as Signer }, 'boot.manifest'],
  ['a path of another version', { assignedPath: 'lamp/3.0.0/lamp-3.0.0.img' }, 'verify.not-signed'],
]

test.each(refusals)('%s is refused', async (_story, change, code) => {
  const { input } = await stage(change)
  await expect(verifyAssignment(input)).rejects.toMatchObject({ code })
})

test('two images for one component are refused', async () => {
  const { input } = await stage({})
  const { input: two } = await stage({
    director: {
      targets: {
        'lamp/2.0.0/lamp-2.0.0.img': { length: 1, hashes: { sha256: SHA256 } },
        'lamp/3.0.0/lamp-3.0.0.img': { length: 1, hashes: { sha256: SHA256 } },
      },
    },
  })
  await expect(verifyAssignment({ ...input, ...two })).rejects.toMatchObject({ code: 'verify.mismatch' })
})

test('what the director proved is kept even when the image repository is refused', async () => {
  const { input, kept } = await stage({})
  const refused = verifyAssignment({ ...input, fetchImage: async () => undefined })
  await expect(refused).rejects.toMatchObject({ code: 'verify.mix-and-match' })
  expect(kept).toHaveLength(1)
  expect(kept[0]?.director.timestamp).toBeDefined()
  expect(kept[0]?.image).toEqual(input.state.image)
})

test('the running release may be assigned again', async () => {
  const { input } = await stage({ release: { releaseCounter: 1 } })
  const { assignment } = await verifyAssignment({ ...input, installed: { releaseCounter: 2, sha256: SHA256 } })
  expect(assignment?.sha256).toBe(SHA256)
})
