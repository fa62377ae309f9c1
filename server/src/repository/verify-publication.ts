// Hold what is published against what is in force, as every client will: root chain, thresholds, versions, delegations.

import { Fault, type Publication } from '@sealift/protocol'
import {
  type DelegatedRole,
  type RepositoryTexts,
  type Root,
  readMetadataText,
  requireFresh,
  requireThreshold,
  speaksFor,
  type Targets,
} from '@sealift/trust'

export type NewFile<S> = { readonly role: string; readonly version: number; readonly text: string; readonly signed: S }

/** What is new, verified; empty when everything was known already. */
export type Verified = {
  readonly roots: readonly NewFile<Root>[]
  readonly targets: NewFile<Targets> | undefined
  readonly delegated: readonly NewFile<Targets>[]
}

/**
 * @param standing  what is in force; without `targets` when the repository begins
 * @throws {Fault} `verify.format`, `verify.threshold`, `verify.expired`, `verify.delegation`, `publish.conflict`,
 *                 `publish.refused`
 */
export function verifyPublication(standing: RepositoryTexts, publication: Publication, nowMs: number): Verified {
  const roots = followRoots(standing.root, publication.roots ?? [])
  const root = roots.at(-1)?.signed ?? readMetadataText('root', standing.root).signed
  requireFresh('root', root, nowMs)
  const targets = verifyTargets(standing.targets, publication.targets, root, nowMs)
  const inForce = targets?.signed ?? (standing.targets && readMetadataText('targets', standing.targets).signed)
  if (!inForce) throw new Fault('publish.refused', { why: 'a repository begins with targets' })
  const delegated = Object.entries(publication.delegated ?? {}).flatMap(([role, text]) => {
    const file = verifyDelegated(role, standing.delegated[role], text, inForce, nowMs)
    return file ? [file] : []
  })
  requireStillValid(standing, delegated, inForce)
  return { roots, targets, delegated }
}

// TUF 1.0.34 §5.3.4-§5.3.5: signed by the root before and by itself, and the next in number.
function followRoots(standing: string, texts: readonly string[]): readonly NewFile<Root>[] {
  const followed: NewFile<Root>[] = []
  let have = { text: standing, signed: readMetadataText('root', standing).signed }
  for (const text of texts) {
    if (text === have.text) continue
    const next = readMetadataText('root', text)
    requireNextVersion('root', have.signed.version, next.signed.version)
    requireThreshold('root', next, have.signed.keys, have.signed.roles.root)
    requireThreshold('root', next, next.signed.keys, next.signed.roles.root)
    followed.push({ role: 'root', version: next.signed.version, text, signed: next.signed })
    have = { text, signed: next.signed }
  }
  return followed
}

function verifyTargets(
  standing: string | undefined,
  text: string | undefined,
  root: Root,
  nowMs: number,
): NewFile<Targets> | undefined {
  if (text === undefined || text === standing) {
    // Keys may have been rotated by a new root: what stands must still be signed by them.
    if (standing !== undefined) {
      requireThreshold('targets', readMetadataText('targets', standing), root.keys, root.roles.targets)
    }
    return undefined
  }
  const next = readMetadataText('targets', text)
  requireThreshold('targets', next, root.keys, root.roles.targets)
  requireFresh('targets', next.signed, nowMs)
  if (standing !== undefined) {
    requireNewer('targets', readMetadataText('targets', standing).signed.version, next.signed.version)
  }
  // Its keys are the most guarded ones: they say who speaks for a product, and nothing of images.
  if (Object.keys(next.signed.targets).length > 0) {
    throw new Fault('publish.refused', { role: 'targets', why: 'top-level targets only delegates' })
  }
  return { role: 'targets', version: next.signed.version, text, signed: next.signed }
}

function verifyDelegated(
  role: string,
  standing: string | undefined,
  text: string,
  delegator: Targets,
  nowMs: number,
): NewFile<Targets> | undefined {
  if (text === standing) return undefined
  const delegation = delegationOf(delegator, role)
  if (!delegation) throw new Fault('verify.delegation', { role, why: 'not delegated by targets' })
  const next = readMetadataText('targets', text)
  requireThreshold(role, next, delegator.delegations?.keys ?? {}, delegation)
  requireFresh(role, next.signed, nowMs)
  const haveVersion = standing === undefined ? 0 : readMetadataText('targets', standing).signed.version
  requireNewer(role, haveVersion, next.signed.version)
  if (next.signed.delegations) throw new Fault('publish.refused', { role, why: 'a product role does not delegate' })
  for (const path of Object.keys(next.signed.targets)) {
    if (!speaksFor(delegation, path)) throw new Fault('verify.delegation', { role, path, why: 'outside its paths' })
  }
  return { role, version: next.signed.version, text, signed: next.signed }
}

// Nothing that was published is taken back. A role whose keys were changed must come along in the same publication, or devices would refuse it from now on.
function requireStillValid(
  standing: RepositoryTexts,
  delegated: readonly NewFile<Targets>[],
  delegator: Targets,
): void {
  for (const [role, text] of Object.entries(standing.delegated)) {
    const delegation = delegationOf(delegator, role)
    if (!delegation) throw new Fault('publish.conflict', { role, why: 'a published product is no longer delegated' })
    if (delegated.some((file) => file.role === role)) continue
    requireThreshold(role, readMetadataText('targets', text), delegator.delegations?.keys ?? {}, delegation)
  }
}

function delegationOf(delegator: Targets, role: string): DelegatedRole | undefined {
  return delegator.delegations?.roles.find(({ name }) => name === role)
}

function requireNextVersion(role: string, have: number, offered: number): void {
  if (offered !== have + 1) throw new Fault('publish.conflict', { role, have, offered, why: 'not the next version' })
}

// Not the next one: a maker may sign several releases before it publishes.
function requireNewer(role: string, have: number, offered: number): void {
  if (offered <= have) throw new Fault('publish.conflict', { role, have, offered, why: 'not newer' })
}
