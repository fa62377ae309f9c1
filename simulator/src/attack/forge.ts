// Metadata made with stolen online keys: everything that a thief of the whole server can sign.

import {
  componentOf,
  expiresAt,
  type Meta,
  metaOf,
  type Signer,
  SPEC_VERSION,
  signMetadata,
  type Target,
} from '@sealift/trust'

/** The keys that a server holds. None of them can sign an image. */
export type StolenKeys = {
  readonly directorTargets: readonly Signer[]
  readonly directorSnapshot: readonly Signer[]
  readonly directorTimestamp: readonly Signer[]
  readonly imageSnapshot: readonly Signer[]
  readonly imageTimestamp: readonly Signer[]
}

// Far above what an honest server has reached: a thief may push versions ahead, not back.
const VERSION = 1_000_000
const LIFE_MS = 3_600_000

/** A director's files that assign one image to one device. */
export async function forgeDirector(
  keys: StolenKeys,
  rootText: string,
  device: { readonly id: string; readonly hardwareId: string },
  path: string,
  image: Pick<Target, 'length' | 'hashes'>,
  nowMs: number,
): Promise<ReadonlyMap<string, string>> {
  const common = { spec_version: SPEC_VERSION, version: VERSION, expires: expiresAt(nowMs + LIFE_MS) }
  const target: Target = {
    length: image.length,
    hashes: image.hashes,
    custom: { ecuIdentifiers: { [componentOf(device.id)]: { hardwareId: device.hardwareId } } },
  }
  const targets = await signMetadata(
    {
      _type: 'targets',
      ...common,
      targets: { [path]: target },
      'x-sealift': { deviceId: device.id, attempt: VERSION },
    },
    keys.directorTargets,
  )
  const signers = { snapshot: keys.directorSnapshot, timestamp: keys.directorTimestamp }
  const files = await closeRepository(signers, { 'targets.json': metaOf(targets, VERSION) }, nowMs)
  return new Map([...files, ['1.root.json', rootText], [`${VERSION}.targets.json`, targets]])
}

/** An image repository's files with one role's file replaced by text of the attacker's making. */
export async function forgeImage(
  keys: StolenKeys,
  honest: ReadonlyMap<string, string>,
  meta: Readonly<Record<string, Meta>>,
  role: string,
  text: string,
  nowMs: number,
): Promise<ReadonlyMap<string, string>> {
  const signers = { snapshot: keys.imageSnapshot, timestamp: keys.imageTimestamp }
  const files = await closeRepository(signers, { ...meta, [`${role}.json`]: metaOf(text, VERSION) }, nowMs)
  return new Map([...honest, ...files, [`${VERSION}.${encodeURIComponent(role)}.json`, text]])
}

export const FORGED_VERSION = VERSION

async function closeRepository(
  signers: { readonly snapshot: readonly Signer[]; readonly timestamp: readonly Signer[] },
  meta: Readonly<Record<string, Meta>>,
  nowMs: number,
): Promise<readonly [string, string][]> {
  const common = { spec_version: SPEC_VERSION, version: VERSION, expires: expiresAt(nowMs + LIFE_MS) }
  const snapshot = await signMetadata({ _type: 'snapshot', ...common, meta }, signers.snapshot)
  const timestamp = await signMetadata(
    { _type: 'timestamp', ...common, meta: { 'snapshot.json': metaOf(snapshot, VERSION) } },
    signers.timestamp,
  )
  return [
    [`${VERSION}.snapshot.json`, snapshot],
    ['timestamp.json', timestamp],
  ]
}
