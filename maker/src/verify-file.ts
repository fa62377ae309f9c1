// Is this file one that a trusted role of the repository has signed? Offline, for a person with a file in hand.

import { Fault, productRoleOf, type Release } from '@sealift/protocol'
import {
  type Envelope,
  type PublicKey,
  type RepositoryTexts,
  type RoleKeys,
  readMetadataText,
  requireFresh,
  requireThreshold,
  speaksFor,
  type Target,
  type Targets,
  verifySignature,
} from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { NAMES, readText } from './folder.ts'
import { type Digests, digestOf, type OnProgress } from './image/digest.ts'
import type { ImageSource } from './image/source.ts'
import { listProducts } from './products.ts'

export type FileSigner = { readonly keyid: string; readonly scheme: string }

export type VerifiedFile = {
  readonly path: string
  /** Role that signed it, for example `product/thermostat`. */
  readonly role: string
  /** Whose signatures are valid. */
  readonly signers: readonly FileSigner[]
  readonly lengthBytes: number
  readonly sha256: string
  /** Undefined for a target of a repository that another program made. */
  readonly release: Release | undefined
}

/**
 * Find the file among the targets that root vouches for.
 *
 * Timestamp and snapshot are not asked: a file on a stick stays signed while they grow old. Whether it is the newest
 * release is the device's question (`verifyAssignment`), not this one.
 *
 * @param texts  root, targets and delegated roles; root is where trust begins, all others must chain to it
 * @param nowMs  roles past their date vouch for nothing
 * @throws {Fault} `verify.not-signed`, `verify.threshold`, `verify.expired`, `verify.format`
 */
export async function verifyFile(options: {
  readonly source: ImageSource
  readonly texts: RepositoryTexts
  readonly nowMs: number
  readonly onProgress?: OnProgress
}): Promise<VerifiedFile> {
  const { source, texts, nowMs } = options
  const voices = voicesOf(texts, nowMs)
  const digests = await digestOf(source, options.onProgress)
  for (const voice of voices) {
    const said = readMetadataText('targets', voice.text)
    const found = Object.entries(said.signed.targets).find(
      ([path, target]) => isOf(target, digests) && voice.covers(path),
    )
    if (!found) continue
    requireThreshold(voice.role, said, voice.keys, voice.roleKeys)
    requireFresh(voice.role, said.signed, nowMs)
    const [path, { custom }] = found
    const { lengthBytes, sha256 } = digests
    return { path, role: voice.role, signers: signersOf(said, voice), lengthBytes, sha256, release: custom?.sealift }
  }
  throw new Fault('verify.not-signed', { sha256: digests.sha256, lengthBytes: digests.lengthBytes })
}

/** The texts of the maker's own folder, in the form that `verifyFile` takes. */
export async function ownRepositoryTexts(disk: Disk): Promise<RepositoryTexts> {
  const products = await listProducts(disk)
  const delegated = await Promise.all(
    products.map(async ({ id }) => [productRoleOf(id), await readText(disk, NAMES.productMetadata(id))] as const),
  )
  return {
    root: await readText(disk, NAMES.imageRoot),
    targets: await readText(disk, NAMES.imageTargets),
    delegated: Object.fromEntries(delegated),
  }
}

/** A role that may sign targets, and for which paths. */
type Voice = {
  readonly role: string
  readonly text: string
  readonly keys: Readonly<Record<string, PublicKey>>
  readonly roleKeys: RoleKeys
  covers(path: string): boolean
}

// Top-level targets first, then the roles it delegates to, in its order. TUF 1.0.34 §5.6.7.
function voicesOf(texts: RepositoryTexts, nowMs: number): readonly Voice[] {
  const root = readMetadataText('root', texts.root)
  const { keys, roles } = root.signed
  requireThreshold('root', root, keys, roles.root)
  requireFresh('root', root.signed, nowMs)
  if (texts.targets === undefined) return []
  const targets = readMetadataText('targets', texts.targets)
  requireThreshold('targets', targets, keys, roles.targets)
  requireFresh('targets', targets.signed, nowMs)
  const top = { role: 'targets', text: texts.targets, keys, roleKeys: roles.targets, covers: () => true }
  return [top, ...delegatedVoices(targets.signed, texts.delegated)]
}

function delegatedVoices(targets: Targets, texts: RepositoryTexts['delegated']): readonly Voice[] {
  const { keys, roles } = targets.delegations ?? { keys: {}, roles: [] }
  return roles.flatMap((roleKeys, i) => {
    const role = roleKeys.name
    const text = Object.hasOwn(texts, role) ? texts[role] : undefined
    // Behind a terminating role that speaks for a path nobody else is asked about it.
    const isCutOff = (path: string) => roles.slice(0, i).some((before) => before.terminating && speaksFor(before, path))
    const covers = (path: string) => speaksFor(roleKeys, path) && !isCutOff(path)
    return text === undefined ? [] : [{ role, text, keys, roleKeys, covers }]
  })
}

// A target counts by every hash it lists that we know, and by one of them at least.
function isOf(target: Target, digests: Digests): boolean {
  const { sha256, sha512 } = target.hashes
  if (sha256 === undefined && sha512 === undefined) return false
  const same = (have: string, want: string | undefined) => want === undefined || want === have
  return target.length === digests.lengthBytes && same(digests.sha256, sha256) && same(digests.sha512, sha512)
}

function signersOf(said: Envelope<Targets>, voice: Voice): readonly FileSigner[] {
  return said.signatures.flatMap(({ keyid, sig }) => {
    const key = voice.roleKeys.keyids.includes(keyid) ? voice.keys[keyid] : undefined
    const isValid = key && verifySignature(key, said.signedBytes, Buffer.from(sig, 'hex'))
    return isValid ? [{ keyid, scheme: key.scheme }] : []
  })
}
