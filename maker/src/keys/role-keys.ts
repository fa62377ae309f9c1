// Which keys each role has, where the maker keeps them, and how a role's signers are had.

import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import { type Signer, signerOf } from '@sealift/trust'
import { type Chance, type Disk, replaceFile } from '@sealift/world'
import { sealKey, unsealKey } from './key-file.ts'
import type { Passphrase } from './passphrase.ts'

/** Roles whose keys never leave the maker. */
export type OfflineRole = 'image/root' | 'image/targets' | 'director/root' | 'boot' | 'server-ca' | `product/${string}`

/** Roles that must sign without a person, and whose keys therefore live on the server. */
export const ONLINE_ROLES = [
  'image/snapshot',
  'image/timestamp',
  'director/targets',
  'director/snapshot',
  'director/timestamp',
] as const
export type OnlineRole = (typeof ONLINE_ROLES)[number]

// Metadata is signed by one key of each family. Boot stages and TLS stacks in the field know the classical one only.
const KINDS = {
  hybrid: ['ed25519', 'ml-dsa-65'],
  boot: ['ed25519'],
  'server-ca': ['p-256'],
} as const

/** Fresh keys for a role. */
export function newKeysOf(role: OfflineRole | OnlineRole): readonly KeyObject[] {
  const kinds = role === 'boot' || role === 'server-ca' ? KINDS[role] : KINDS.hybrid
  return kinds.map(newKey)
}

export function newP256Key(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

function newKey(kind: 'ed25519' | 'ml-dsa-65' | 'p-256'): KeyObject {
  if (kind === 'p-256') return newP256Key()
  return kind === 'ed25519' ? generateKeyPairSync('ed25519').privateKey : generateKeyPairSync('ml-dsa-65').privateKey
}

export function signersOf(privateKeys: readonly KeyObject[]): readonly Signer[] {
  return privateKeys.map(signerOf)
}

/** Lays a role's keys down, sealed. What stood there under the same names is replaced. */
export async function keepKeys(
  disk: Disk,
  role: OfflineRole,
  privateKeys: readonly KeyObject[],
  lock: { readonly passphrase: Passphrase; readonly salt: string; readonly chance: Chance },
): Promise<void> {
  for (const privateKey of privateKeys) {
    const text = await sealKey(role, privateKey, lock)
    await replaceFile(disk, `${folderOf(role)}/${privateKey.asymmetricKeyType}.json`, Buffer.from(text, 'utf8'))
  }
}

/**
 * The signers of a role, from the sealed files in its folder.
 * @throws {Fault} `sign.key` when there is none, and as `unsealKey`
 */
export async function openSigners(disk: Disk, role: OfflineRole, passphrase: Passphrase): Promise<readonly Signer[]> {
  return signersOf(await openKeys(disk, role, passphrase))
}

async function openKeys(disk: Disk, role: OfflineRole, passphrase: Passphrase): Promise<readonly KeyObject[]> {
  const folder = folderOf(role)
  const names = (await disk.list(folder)).filter((name) => name.endsWith('.json'))
  if (names.length === 0) throw new Fault('sign.key', { role, why: 'no key file' })
  return Promise.all(
    names.map(async (name) => unsealKey((await disk.read(`${folder}/${name}`)) ?? new Uint8Array(), role, passphrase)),
  )
}

function folderOf(role: OfflineRole): string {
  return `keys/${role}`
}
