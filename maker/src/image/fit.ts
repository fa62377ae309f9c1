// Flattened device tree, and U-Boot's FIT images, which are one. Devicetree Specification 0.4 §5; U-Boot, doc/usage/fit.

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readExactly, readUpTo, textIn } from './source.ts'

const MAGIC = 0xd00dfeed
const HEADER_LENGTH_BYTES = 40
const TOKENS_MAX = 512
const NAME_LENGTH_BYTES_MAX = 64
const TEXT_LENGTH_BYTES_MAX = 128

const BEGIN_NODE = 1
const END_NODE = 2
const PROPERTY = 3
const NOTHING = 4

export async function readFit(source: ImageSource): Promise<Facts | undefined> {
  const header = await readExactly(source, 0, HEADER_LENGTH_BYTES)
  if (header?.readUInt32BE(0) !== MAGIC) return undefined
  const tree = await walk(source, header.readUInt32BE(8), header.readUInt32BE(12))
  return {
    kind: tree.hasImages ? 'fit' : 'device tree',
    lengthBytes: header.readUInt32BE(4),
    ...(tree.description && { description: tree.description }),
    ...(tree.images.length > 0 && { images: textIn(Buffer.from(tree.images.join(', '))) }),
  }
}

type Tree = { hasImages: boolean; readonly images: string[]; description: string }

// Image data stands between the tokens, so each token is read where it is and its content is stepped over.
async function walk(source: ImageSource, structureAt: number, stringsAt: number): Promise<Tree> {
  const tree: Tree = { hasImages: false, images: [], description: '' }
  const path: string[] = []
  let at = structureAt
  for (let i = 0; i < TOKENS_MAX; i++) {
    const token = (await readExactly(source, at, 4))?.readUInt32BE(0)
    at += 4
    if (token === BEGIN_NODE) {
      const name = (await readUpTo(source, at, NAME_LENGTH_BYTES_MAX)).toString('latin1')
      const end = name.indexOf('\0')
      if (end < 0) break
      at += padded(end + 1)
      path.push(name.slice(0, end))
      if (path.length === 2 && path[1] === 'images') tree.hasImages = true
      if (path.length === 3 && path[1] === 'images') tree.images.push(path[2] ?? '')
    } else if (token === END_NODE) {
      path.pop()
    } else if (token === PROPERTY) {
      const property = await readExactly(source, at, 8)
      if (!property) break
      const lengthBytes = property.readUInt32BE(0)
      if (path.length === 1 && tree.description === '') {
        tree.description = await descriptionOf(source, at + 8, lengthBytes, stringsAt + property.readUInt32BE(4))
      }
      at += 8 + padded(lengthBytes)
    } else if (token !== NOTHING) break
  }
  return tree
}

async function descriptionOf(source: ImageSource, at: number, lengthBytes: number, nameAt: number): Promise<string> {
  const name = await readExactly(source, nameAt, 12)
  if (name?.toString('latin1') !== 'description\0') return ''
  return textIn(await readUpTo(source, at, Math.min(lengthBytes, TEXT_LENGTH_BYTES_MAX)))
}

function padded(lengthBytes: number): number {
  return Math.ceil(lengthBytes / 4) * 4
}
