// What a firmware file is, and what it says of itself. Each format has a reader of its own; this one asks them in turn.

import type { Facts, ImageFormat } from '@sealift/protocol'
import { readElf } from './elf.ts'
import { readEsp } from './esp.ts'
import { readFit } from './fit.ts'
import { readGzip } from './gzip.ts'
import { readIntelHex } from './intel-hex.ts'
import { readMcuboot } from './mcuboot.ts'
import { readPe } from './pe.ts'
import { readScript } from './script.ts'
import type { ImageSource } from './source.ts'
import { readSquashfs } from './squashfs.ts'
import { readUf2 } from './uf2.ts'
import { readXz } from './xz.ts'
import { readZstd } from './zstd.ts'

/** Facts are for people and for suggestions; what is signed is the digest, whatever the facts say. */
export type Inspection = { readonly format: ImageFormat; readonly facts: Facts }

/** Undefined when the image is not of the reader's format. It reads a few kilobytes, wherever the image points it. */
type FormatReader = (source: ImageSource) => Promise<Facts | undefined>

// The surest magic first; `esp` has a magic of one byte and comes last.
const READERS: readonly (readonly [ImageFormat, FormatReader])[] = [
  ['elf', readElf],
  ['mcuboot', readMcuboot],
  ['squashfs', readSquashfs],
  ['uf2', readUf2],
  ['fit', readFit],
  ['pe', readPe],
  ['zstd', readZstd],
  ['xz', readXz],
  ['gzip', readGzip],
  ['script', readScript],
  ['intel-hex', readIntelHex],
  ['esp', readEsp],
]

/**
 * Recognise an image from its own bytes. Hostile bytes give at worst a wrong or empty answer: what no reader knows is
 * `raw`. Only errors of the source itself come through.
 */
export async function inspectImage(source: ImageSource): Promise<Inspection> {
  for (const [format, read] of READERS) {
    const facts = await read(source)
    if (facts) return { format, facts }
  }
  return { format: 'raw', facts: {} }
}
