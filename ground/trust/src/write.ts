// Metadata becomes signed text here. The text is kept as it is: what was signed is what is served.

import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Signer } from './key.ts'
import type { Meta } from './metadata.ts'

export const SPEC_VERSION = '1.0.34'

/**
 * Sign a statement with every signer given; the file's exact text.
 * @param signed  any value with a canonical form
 */
export async function signMetadata(signed: object, signers: readonly Signer[]): Promise<string> {
  const bytes = canonicalJson(signed)
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      keyid: signer.keyid,
      sig: Buffer.from(await signer.sign(bytes)).toString('hex'),
    })),
  )
  // The file is plain JSON: canonical JSON leaves line feeds in strings bare, so not every JSON reader takes it.
  return JSON.stringify({ signatures, signed })
}

/** What snapshot says of a file, and timestamp of snapshot. TUF 1.0.34 §4.4. */
export function metaOf(text: string, version: number): Meta {
  const bytes = Buffer.from(text, 'utf8')
  return { version, length: bytes.byteLength, hashes: { sha256: createHash('sha256').update(bytes).digest('hex') } }
}

/** A date as TUF writes it: whole seconds, UTC. */
export function expiresAt(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}
