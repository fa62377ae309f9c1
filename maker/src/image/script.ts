// A script: its first line names the program that runs it. Linux, Documentation/filesystems (binfmt_script).

import type { Facts } from '@sealift/protocol'
import { type ImageSource, readUpTo, textIn } from './source.ts'

const LINE_LENGTH_BYTES_MAX = 256

export async function readScript(source: ImageSource): Promise<Facts | undefined> {
  const head = (await readUpTo(source, 0, LINE_LENGTH_BYTES_MAX)).toString('latin1')
  if (!head.startsWith('#!')) return undefined
  const line = head.slice(2).split('\n', 1)[0] ?? ''
  return { interpreter: textIn(Buffer.from(line, 'latin1')) }
}
