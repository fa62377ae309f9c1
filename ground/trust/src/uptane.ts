// Which image a device may install: the director says it, the image repository vouches for it, and both must agree.
// Uptane 2.1 §5.4.4.2, full verification.

import { checkShape, Fault, type HardwareId, Release, targetPathOf } from '@sealift/protocol'
import { type BootManifest, readBootManifest } from './boot-manifest.ts'
import { findTarget } from './delegation.ts'
import type { DirectorWord, Target, Targets } from './metadata.ts'
import { type FetchFile, type RepositoryTexts, refreshRepository } from './repository.ts'

/** Everything a device keeps of both repositories. */
export type TrustState = { readonly director: RepositoryTexts; readonly image: RepositoryTexts }

export type AssignmentInput = {
  readonly state: TrustState
  readonly fetchDirector: FetchFile
  readonly fetchImage: FetchFile
  readonly device: { readonly id: string; readonly product: string; readonly hardwareId: HardwareId }
  /** What runs now. */
  readonly installed: { readonly releaseCounter: number; readonly sha256: string }
  /** Security counter below which nothing may be installed. */
  readonly floor: number
  readonly bootKeysPem: readonly string[]
  readonly nowMs: number
  /** Called with each repository's state as soon as it is verified, so that a later refusal does not forget it. */
  readonly keep: (state: TrustState) => Promise<void>
}

export type Assignment = {
  /** In the image repository. */
  readonly path: string
  readonly lengthBytes: number
  readonly sha256: string
  /** Other digests that must hold as well, by algorithm. */
  readonly hashes: Readonly<Record<string, string>>
  readonly release: Release
  /** Exact text for the slot, already verified. */
  readonly bootManifest: string
}

export type Verified = {
  readonly state: TrustState
  readonly word: DirectorWord
  /** Undefined when the director assigns nothing. */
  readonly assignment: Assignment | undefined
}

/** Name of a device's one component in the director's metadata. */
export function componentOf(deviceId: string): string {
  return `${deviceId}:main`
}

/**
 * Verify both repositories and that they agree, in the order of docs: director, image repository, match, floor.
 * Nothing is downloaded but metadata.
 *
 * @throws {Fault} any of `verify.*`, `boot.manifest`, and whatever the fetches throw
 */
export async function verifyAssignment(input: AssignmentInput): Promise<Verified> {
  const director = await refreshRepository(input.state.director, input.fetchDirector, input.nowMs)
  const afterDirector = { director: director.texts, image: input.state.image }
  await input.keep(afterDirector)
  const word = requireWordFor(input.device.id, director.targets)
  const assigned = requireOneTarget(director.targets)
  if (!assigned) return { state: afterDirector, word, assignment: undefined }
  const [path, wanted] = assigned
  requireComponent(input.device, wanted)

  const image = await refreshRepository(input.state.image, input.fetchImage, input.nowMs)
  const found = await findTarget(image, input.fetchImage, path, input.nowMs)
  const state = { director: director.texts, image: found.repository.texts }
  await input.keep(state)
  if (!found.target) throw new Fault('verify.not-signed', { path })
  return { state, word, assignment: match(input, path, wanted, found.target) }
}

// Uptane 2.1 §5.4.4.2 step 8: the director speaks to one device, and never delegates (step 7).
function requireWordFor(deviceId: string, targets: Targets): DirectorWord {
  if (targets.delegations) throw new Fault('verify.delegation', { why: 'the director delegates' })
  const word = targets['x-sealift']
  if (!word) throw new Fault('verify.other-device', { want: deviceId, why: 'no device named' })
  if (word.deviceId !== deviceId) throw new Fault('verify.other-device', { want: deviceId, have: word.deviceId })
  return word
}

function requireOneTarget(targets: Targets): [path: string, target: Target] | undefined {
  const [first, ...others] = Object.entries(targets.targets)
  if (others.length > 0) throw new Fault('verify.mismatch', { why: 'more than one image for one component' })
  return first
}

function requireComponent(device: AssignmentInput['device'], wanted: Target): void {
  const components = Object.entries(wanted.custom?.ecuIdentifiers ?? {})
  const [first] = components
  if (components.length !== 1 || first?.[0] !== componentOf(device.id)) {
    throw new Fault('verify.other-device', { want: componentOf(device.id), have: first?.[0] ?? '' })
  }
  if (first[1].hardwareId !== device.hardwareId) {
    throw new Fault('verify.hardware', { have: device.hardwareId, offered: first[1].hardwareId, by: 'director' })
  }
}

// Uptane 2.1 §5.4.4.2 step 10: length, every hash, hardware and counters; then our own floor.
function match(input: AssignmentInput, path: string, wanted: Target, signed: Target): Assignment {
  const sha256 = requireSameBytes(path, wanted, signed)
  const release = requireRelease(path, signed)
  requireFits(input.device, release)
  requireNotOlder(input, release, sha256)
  const bootManifest = signed.custom?.bootManifest
  if (bootManifest === undefined) throw new Fault('boot.manifest', { why: 'missing', path })
  requireSameImage(readBootManifest(bootManifest, input.bootKeysPem), release, sha256, signed.length)
  return { path, lengthBytes: signed.length, sha256, hashes: signed.hashes, release, bootManifest }
}

function requireSameBytes(path: string, wanted: Target, signed: Target): string {
  if (wanted.length !== signed.length) {
    throw new Fault('verify.mismatch', { path, why: 'length', director: wanted.length, image: signed.length })
  }
  for (const algorithm of new Set([...Object.keys(wanted.hashes), ...Object.keys(signed.hashes)])) {
    if (wanted.hashes[algorithm] !== signed.hashes[algorithm]) {
      throw new Fault('verify.mismatch', { path, why: 'digest', algorithm })
    }
  }
  const sha256 = signed.hashes['sha256']
  if (!sha256 || !/^[0-9a-f]{64}$/.test(sha256)) throw new Fault('verify.format', { path, why: 'no sha256' })
  return sha256
}

function requireRelease(path: string, signed: Target): Release {
  const release = checkShape(Release, signed.custom?.sealift, 'verify.format')
  const { custom } = signed
  const same =
    path === targetPathOf(release.product, release.version) &&
    custom?.releaseCounter === release.releaseCounter &&
    JSON.stringify(custom.hardwareIds) === JSON.stringify(release.hardwareIds)
  if (!same) throw new Fault('verify.mismatch', { path, why: 'release is not the one its path and counters name' })
  return release
}

function requireFits(device: AssignmentInput['device'], release: Release): void {
  if (release.product !== device.product) {
    throw new Fault('verify.hardware', { have: device.product, offered: release.product, why: 'product' })
  }
  if (!release.hardwareIds.includes(device.hardwareId)) {
    throw new Fault('verify.hardware', { have: device.hardwareId, offered: release.hardwareIds.join(' ') })
  }
}

function requireNotOlder(input: AssignmentInput, release: Release, sha256: string): void {
  if (release.securityCounter < input.floor) {
    throw new Fault('verify.floor', { floor: input.floor, offered: release.securityCounter })
  }
  const same = sha256 === input.installed.sha256
  if (release.releaseCounter < input.installed.releaseCounter && !same) {
    throw new Fault('verify.downgrade', { have: input.installed.releaseCounter, offered: release.releaseCounter })
  }
}

// The boot stage will check this again from the slot alone; a manifest that cannot boot must not be installed.
function requireSameImage(manifest: BootManifest, release: Release, sha256: string, lengthBytes: number): void {
  const same =
    manifest.sha256 === sha256 &&
    manifest.lengthBytes === lengthBytes &&
    manifest.product === release.product &&
    manifest.version === release.version &&
    manifest.releaseCounter === release.releaseCounter &&
    manifest.securityCounter === release.securityCounter &&
    manifest.hardwareIds.join(' ') === release.hardwareIds.join(' ')
  if (!same) throw new Fault('verify.mismatch', { why: 'boot manifest is of another image', version: manifest.version })
}
