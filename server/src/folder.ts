// The server's folder: what `sealift init` lays down in it, and what a server reads from it when it starts.

import { createPrivateKey } from 'node:crypto'
import { Fault, parseJson } from '@sealift/protocol'
import { type Signer, signerOf } from '@sealift/trust'
import { type Chance, type Clock, type Disk, replaceFile } from '@sealift/world'
import Type, { type Static } from 'typebox'
import type { OnlineKeys } from './identity/online-keys.ts'
import { createApiToken } from './people/api-token.ts'
import { begin, type FirstTexts } from './repository/begin.ts'
import { keptFile } from './repository/image-files.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Store } from './store/store.ts'

/** Private keys of each online role, PKCS#8 in PEM; one of each family. */
export type OnlineKeysPem = Readonly<Record<RoleName, readonly string[]>>
type RoleName = Exclude<keyof OnlineKeys, 'deviceCa'>

export type KeyPairPem = { readonly keyPem: string; readonly certificatePem: string }

/** What the maker hands to the server on its first day. */
export type Founding = FirstTexts & {
  readonly onlineKeys: OnlineKeysPem
  /** Authority that signs devices' certificates: key and certificate, P-256. */
  readonly deviceCa: KeyPairPem
  /** The server's own certificate, under the server CA; its key. */
  readonly tls: KeyPairPem
  /** Certificate of the server CA; its key stays with the maker. */
  readonly serverCaPem: string
  readonly bootKeysPem: readonly string[]
  readonly listen: Listen
  readonly pollMs?: number
}

/** Name in the server's certificate and in every URL, and the ports; 0 lets the system choose. */
export type Listen = { readonly host: string; readonly peoplePort: number; readonly devicePort: number }

const ServerFile = Type.Object(
  {
    format: Type.Literal('sealift-server-1'),
    host: Type.String({ minLength: 1, maxLength: 253 }),
    peoplePort: Type.Integer({ minimum: 0, maximum: 65_535 }),
    devicePort: Type.Integer({ minimum: 0, maximum: 65_535 }),
    pollMs: Type.Integer({ minimum: 100, maximum: 30 * 86_400_000 }),
    blobLengthBytesMax: Type.Integer({ minimum: 1 }),
    downloadsMax: Type.Integer({ minimum: 1 }),
    watchersMax: Type.Integer({ minimum: 1 }),
    bootKeysPem: Type.Array(Type.String(), { minItems: 1, maxItems: 8 }),
  },
  { additionalProperties: false },
)
export type ServerFile = Static<typeof ServerFile>

const SERVER_FILE = 'server.json'
const LENGTH_BYTES_MAX = 1_048_576

const ROLE_FILES: Readonly<Record<RoleName, string>> = {
  imageSnapshot: 'keys/image-snapshot.pem',
  imageTimestamp: 'keys/image-timestamp.pem',
  directorTargets: 'keys/director-targets.pem',
  directorSnapshot: 'keys/director-snapshot.pem',
  directorTimestamp: 'keys/director-timestamp.pem',
}
const ROLE_NAMES = Object.keys(ROLE_FILES) as readonly RoleName[]

/** File names beside the blobs and the database; every one with mode 0600. */
const FILES = {
  tlsKey: 'tls/key.pem',
  tlsCertificate: 'tls/cert.pem',
  serverCa: 'tls/server-ca.pem',
  deviceCaKey: 'ca/device-ca-key.pem',
  deviceCaCertificate: 'ca/device-ca.pem',
} as const

/**
 * Lay down a server's folder. `server.json` comes last: a folder without it is not one of ours yet.
 *
 * @param disk  the server's folder
 * @returns     a token for the command line, role admin
 * @throws {Fault} `keep.exists`, `sign.key` and `verify.*` when roots and keys do not belong together
 */
export async function foundServer(
  world: { readonly disk: Disk; readonly clock: Clock; readonly chance: Chance },
  store: Store,
  founding: Founding,
): Promise<{ readonly adminToken: string }> {
  const { disk, clock, chance } = world
  const keys = onlineKeysOf(founding.onlineKeys, founding.deviceCa)
  const nowMs = clock.nowMs()
  const adminToken = await store.transaction().execute(async (trx) => {
    if (await keptFile(trx, 'root', undefined)) throw new Fault('keep.exists', { what: 'sealift.db' })
    await begin(trx, keys, founding, nowMs)
    return await createApiToken(trx, chance, { name: 'command line', role: 'admin' }, nowMs)
  })
  const write = (name: string, text: string) => replaceFile(disk, name, Buffer.from(text, 'utf8'))
  for (const name of ROLE_NAMES) await write(ROLE_FILES[name], founding.onlineKeys[name].join(''))
  await write(FILES.tlsKey, founding.tls.keyPem)
  await write(FILES.tlsCertificate, founding.tls.certificatePem)
  await write(FILES.serverCa, founding.serverCaPem)
  await write(FILES.deviceCaKey, founding.deviceCa.keyPem)
  await write(FILES.deviceCaCertificate, founding.deviceCa.certificatePem)
  await write(SERVER_FILE, `${JSON.stringify(serverFileOf(founding), undefined, 2)}\n`)
  return { adminToken }
}

export type ReadFolder = {
  readonly file: ServerFile
  readonly keys: OnlineKeys
  readonly tls: KeyPairPem & { readonly deviceCaPem: string }
  readonly serverCaPem: string
}

/** @throws {Fault} `keep.missing`, `keep.damaged`, `sign.key` */
export async function readServerFolder(disk: Disk): Promise<ReadFolder> {
  const bytes = await disk.read(SERVER_FILE)
  if (!bytes) throw new Fault('keep.missing', { what: SERVER_FILE })
  const file = parseJson(ServerFile, bytes, { lengthBytesMax: LENGTH_BYTES_MAX }, 'keep.damaged')
  const read = (name: string) => readText(disk, name)
  const pems: Record<string, readonly string[]> = {}
  for (const name of ROLE_NAMES) pems[name] = pemsIn(ROLE_FILES[name], await read(ROLE_FILES[name]))
  const deviceCaPem = await read(FILES.deviceCaCertificate)
  const deviceCa = { keyPem: await read(FILES.deviceCaKey), certificatePem: deviceCaPem }
  return {
    file,
    keys: onlineKeysOf(pems as OnlineKeysPem, deviceCa),
    tls: { keyPem: await read(FILES.tlsKey), certificatePem: await read(FILES.tlsCertificate), deviceCaPem },
    serverCaPem: await read(FILES.serverCa),
  }
}

/** @throws {Fault} `sign.key` */
export function onlineKeysOf(pems: OnlineKeysPem, deviceCa: KeyPairPem): OnlineKeys {
  const signers = (name: RoleName) => pems[name].map((pem) => signerFrom(pem, name))
  return {
    imageSnapshot: signers('imageSnapshot'),
    imageTimestamp: signers('imageTimestamp'),
    directorTargets: signers('directorTargets'),
    directorSnapshot: signers('directorSnapshot'),
    directorTimestamp: signers('directorTimestamp'),
    deviceCa: { key: readKey(deviceCa.keyPem, 'deviceCa'), certificatePem: deviceCa.certificatePem },
  }
}

function signerFrom(pem: string, role: string): Signer {
  return signerOf(readKey(pem, role))
}

function readKey(pem: string, role: string) {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new Fault('sign.key', { role, why: 'not a private key in PEM' }, { cause })
  }
}

function pemsIn(file: string, text: string): readonly string[] {
  const pems = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/g)
  if (!pems) throw new Fault('keep.damaged', { what: file, why: 'no private key in it' })
  return pems
}

async function readText(disk: Disk, name: string): Promise<string> {
  const bytes = await disk.read(name)
  if (!bytes) throw new Fault('keep.damaged', { what: name, why: 'missing' })
  return Buffer.from(bytes).toString('utf8')
}

function serverFileOf({ listen, pollMs, bootKeysPem }: Founding): ServerFile {
  const { host, peoplePort, devicePort } = listen
  return {
    format: 'sealift-server-1',
    host,
    peoplePort,
    devicePort,
    ...DEFAULT_SETTINGS,
    ...(pollMs !== undefined && { pollMs }),
    bootKeysPem: [...bootKeysPem],
  }
}
