// The maker's folder: what lies where in it, and whether it is whole.

import { Fault, parseJson, productRoleOf } from '@sealift/protocol'
import { type Disk, removeFile, replaceFile } from '@sealift/world'
import Type, { type Static } from 'typebox'

export const NAMES = {
  organisation: 'organisation.json',
  imageRoot: 'image/root.json',
  imageTargets: 'image/targets.json',
  directorRoot: 'director/root.json',
  serverCa: 'certificates/server-ca.pem',
  server: 'certificates/server.pem',
  deviceCa: 'certificates/device-ca.pem',
  productMetadata: (product: string) => `image/${encodeURIComponent(productRoleOf(product))}.json`,
  product: (product: string) => `products/${product}.json`,
  draft: (product: string, version: string) => `releases/${product}/${version}.json`,
  image: (product: string, version: string) => `releases/${product}/${version}.img`,
} as const

// There while `sealift init` is at work, and after it was killed.
const UNDER_WAY = 'init-under-way'

export const Organisation = Type.Object(
  {
    format: Type.Literal('sealift-organisation-1'),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    createdAtMs: Type.Integer({ minimum: 0 }),
    /** Salt under which this organisation's passphrase becomes a key. Hexadecimal. */
    salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  },
  { additionalProperties: false },
)
export type Organisation = Static<typeof Organisation>

/**
 * What the folder says of itself.
 * @throws {Fault} `keep.missing` when nothing was ever made here, `keep.damaged` when making it was interrupted
 */
export async function readOrganisation(disk: Disk): Promise<Organisation> {
  const bytes = await disk.read(NAMES.organisation)
  if (bytes) return parseJson(Organisation, bytes, { lengthBytesMax: 4096 }, 'keep.damaged')
  if (await disk.read(UNDER_WAY)) throw halfMade()
  throw new Fault('keep.missing', { file: NAMES.organisation })
}

/**
 * Take an empty folder into work.
 * @throws {Fault} `keep.exists` when an organisation is here already, `keep.damaged` when half of one is
 */
export async function beginFolder(disk: Disk): Promise<void> {
  if (await disk.read(NAMES.organisation)) throw new Fault('keep.exists', { file: NAMES.organisation })
  if (await disk.read(UNDER_WAY)) throw halfMade()
  await writeText(
    disk,
    UNDER_WAY,
    'sealift init works here. If it was interrupted, remove this folder and run it again.\n',
  )
}

/** From here on the folder counts as whole. */
export async function finishFolder(disk: Disk, organisation: Organisation): Promise<void> {
  await writeText(disk, NAMES.organisation, jsonText(organisation))
  await removeFile(disk, UNDER_WAY)
}

/**
 * Text of a file that must be there.
 * @throws {Fault} `keep.damaged`
 */
export async function readText(disk: Disk, name: string): Promise<string> {
  const bytes = await disk.read(name)
  if (!bytes) throw new Fault('keep.damaged', { file: name, why: 'missing' })
  return Buffer.from(bytes).toString('utf8')
}

export async function writeText(disk: Disk, name: string, text: string): Promise<void> {
  await replaceFile(disk, name, Buffer.from(text, 'utf8'))
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function halfMade(): Fault {
  return new Fault('keep.damaged', {
    why: '`sealift init` was interrupted here',
    todo: 'nothing was published from it: remove the folder and run `sealift init` again',
  })
}
