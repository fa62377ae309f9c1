// A release before it is signed: what it will say, and which bytes it speaks of.

import { Fault, LengthBytes, parseJson, Release, Sha256 } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import Type, { type Static } from 'typebox'
import { jsonText, NAMES, writeText } from './folder.ts'

export const Draft = Type.Object(
  {
    format: Type.Literal('sealift-draft-1'),
    /** The release counter is given when it is signed: drafts may be signed in another order than they were made. */
    release: Type.Omit(Release, ['releaseCounter']),
    targetPath: Type.String({ maxLength: 256 }),
    lengthBytes: LengthBytes,
    sha256: Sha256,
    sha512: Type.String({ pattern: '^[0-9a-f]{128}$' }),
    createdAtMs: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)
export type Draft = Static<typeof Draft>

/** @throws {Fault} `build.unknown`, `keep.damaged` */
export async function readDraft(disk: Disk, product: string, version: string): Promise<Draft> {
  const bytes = await disk.read(NAMES.draft(product, version))
  if (!bytes) throw new Fault('build.unknown', { product, version })
  return parseJson(Draft, bytes, { lengthBytesMax: 65_536 }, 'keep.damaged')
}

export async function writeDraft(disk: Disk, draft: Draft): Promise<void> {
  await writeText(disk, NAMES.draft(draft.release.product, draft.release.version), jsonText(draft))
}

/** Versions of the product's drafts, as their files sort. */
export async function draftVersions(disk: Disk, product: string): Promise<readonly string[]> {
  const names = await disk.list(`releases/${product}`)
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
}
