// Make an organisation: every key, the two roots, the first targets, the authorities. Once, offline, all or nothing.

import { createPublicKey, type KeyObject } from 'node:crypto'
import { Fault } from '@sealift/protocol'
import type { Chance, Clock, Disk } from '@sealift/world'
import { type Issuance, newAuthority, newServerIdentity, pemOf } from './certificates.ts'
import { signFirstRoot } from './first-root.ts'
import { beginFolder, finishFolder, NAMES, writeText } from './folder.ts'
import { isAddress, isDnsName } from './host.ts'
import { type Passphrase, requireStrength } from './keys/passphrase.ts'
import {
  keepKeys,
  newKeysOf,
  newP256Key,
  type OfflineRole,
  ONLINE_ROLES,
  type OnlineRole,
  signersOf,
} from './keys/role-keys.ts'
import { LIFETIME_MS } from './lifetimes.ts'
import { NO_TARGETS, signNextTargets } from './own-targets.ts'

/** What the server's folder needs. It holds private keys in the clear: write it with mode 0600 and nowhere else. */
export type ServerPart = {
  /** Private keys of each online role, one of each family: PKCS#8 in PEM. They exist nowhere else. */
  readonly onlineKeys: Readonly<Record<OnlineRole, readonly string[]>>
  readonly imageRoot: string
  readonly imageTargets: string
  readonly directorRoot: string
  readonly tls: { readonly keyPem: string; readonly certificatePem: string }
  readonly serverCaPem: string
  readonly deviceCa: { readonly keyPem: string; readonly certificatePem: string }
  /** SPKI in PEM. */
  readonly bootKeysPem: readonly string[]
}

/**
 * Make an organisation in the maker's folder.
 *
 * @param disk      the maker's folder, empty
 * @param name      1 to 64 characters; stands in the certificates
 * @param hosts     under which names and addresses the server will be reached
 * @param handOver  writes the server's folder; awaited before this one counts as whole, because the online keys exist
 *                  nowhere else: a folder that looks whole has a server that has its keys
 * @throws {Fault} `build.organisation`, `sign.passphrase` when it is too short, `keep.exists`, `keep.damaged` when an
 *                 earlier attempt was interrupted, and whatever `handOver` throws
 */
export async function createOrganisation(options: {
  readonly disk: Disk
  readonly clock: Clock
  readonly chance: Chance
  readonly passphrase: Passphrase
  readonly name: string
  readonly hosts: readonly string[]
  readonly handOver?: (part: ServerPart) => Promise<void>
}): Promise<ServerPart> {
  const { disk, clock, chance, passphrase, name, hosts } = options
  requireStrength(passphrase)
  requireName(name)
  requireHosts(hosts)
  await beginFolder(disk)
  const salt = Buffer.from(chance.bytes(16)).toString('hex')
  const nowMs = clock.nowMs()
  const offline = newOfflineKeys()
  const online = newOnlineKeys()
  for (const [role, keys] of Object.entries(offline)) {
    await keepKeys(disk, role as OfflineRole, keys, { passphrase, salt, chance })
  }
  const part: ServerPart = {
    ...(await signFirst(offline, online, nowMs)),
    ...(await certify(offline, hosts, { organisation: name, nowMs, chance })),
    onlineKeys: pemsOf(online),
    bootKeysPem: offline.boot.map((key) => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()),
  }
  await keepPublic(disk, part)
  await options.handOver?.(part)
  await finishFolder(disk, { format: 'sealift-organisation-1', name, createdAtMs: nowMs, salt })
  return part
}

type OfflineKeys = Readonly<
  Record<'image/root' | 'image/targets' | 'director/root' | 'boot' | 'server-ca', readonly KeyObject[]>
>
type OnlineKeys = Readonly<Record<OnlineRole, readonly KeyObject[]>>

function newOfflineKeys(): OfflineKeys {
  return {
    'image/root': newKeysOf('image/root'),
    'image/targets': newKeysOf('image/targets'),
    'director/root': newKeysOf('director/root'),
    boot: newKeysOf('boot'),
    'server-ca': newKeysOf('server-ca'),
  }
}

function newOnlineKeys(): OnlineKeys {
  return Object.fromEntries(ONLINE_ROLES.map((role) => [role, newKeysOf(role)])) as Record<OnlineRole, KeyObject[]>
}

function pemsOf(online: OnlineKeys): ServerPart['onlineKeys'] {
  const entries = ONLINE_ROLES.map((role) => [role, online[role].map((key) => pemOf(key))])
  return Object.fromEntries(entries) as Record<OnlineRole, string[]>
}

async function signFirst(
  offline: OfflineKeys,
  online: OnlineKeys,
  nowMs: number,
): Promise<Pick<ServerPart, 'imageRoot' | 'imageTargets' | 'directorRoot'>> {
  const imageTargets = signersOf(offline['image/targets'])
  const image = {
    root: signersOf(offline['image/root']),
    targets: imageTargets,
    snapshot: signersOf(online['image/snapshot']),
    timestamp: signersOf(online['image/timestamp']),
  }
  const director = {
    root: signersOf(offline['director/root']),
    targets: signersOf(online['director/targets']),
    snapshot: signersOf(online['director/snapshot']),
    timestamp: signersOf(online['director/timestamp']),
  }
  return {
    imageRoot: await signFirstRoot(image, nowMs),
    imageTargets: await signNextTargets(NO_TARGETS, {}, imageTargets, nowMs + LIFETIME_MS.targets),
    directorRoot: await signFirstRoot(director, nowMs),
  }
}

async function certify(
  offline: OfflineKeys,
  hosts: readonly string[],
  issuance: Issuance,
): Promise<Pick<ServerPart, 'tls' | 'serverCaPem' | 'deviceCa'>> {
  const [serverCaKey = newP256Key()] = offline['server-ca']
  const serverCa = await newAuthority(serverCaKey, 'Sealift server authority', issuance)
  const deviceCa = await newAuthority(newP256Key(), 'Sealift device authority', issuance)
  return {
    tls: await newServerIdentity(serverCa, hosts, issuance),
    serverCaPem: serverCa.certificatePem,
    deviceCa: { keyPem: pemOf(deviceCa.key), certificatePem: deviceCa.certificatePem },
  }
}

// What is public stays here too: products are delegated from these targets, and expiries are forecast from all of it.
async function keepPublic(disk: Disk, part: ServerPart): Promise<void> {
  await writeText(disk, NAMES.imageRoot, part.imageRoot)
  await writeText(disk, NAMES.imageTargets, part.imageTargets)
  await writeText(disk, NAMES.directorRoot, part.directorRoot)
  await writeText(disk, NAMES.serverCa, part.serverCaPem)
  await writeText(disk, NAMES.server, part.tls.certificatePem)
  await writeText(disk, NAMES.deviceCa, part.deviceCa.certificatePem)
}

// Control characters have no place in a certificate that people read in a terminal.
function requireName(name: string): void {
  if (!/^[^\p{Cc}]{1,64}$/u.test(name)) throw new Fault('build.organisation', { why: '1 to 64 characters', at: 'name' })
}

function requireHosts(hosts: readonly string[]): void {
  const wrong = hosts.find((host) => !isAddress(host) && !isDnsName(host))
  if (hosts.length === 0) throw new Fault('build.organisation', { why: 'at least one host', at: 'hosts' })
  if (wrong !== undefined) throw new Fault('build.organisation', { why: 'neither a name nor an address', at: wrong })
}
