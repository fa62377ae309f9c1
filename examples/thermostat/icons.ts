// The pictures of the screen: small bitmaps, dense as real ones are when they are packed.

import { noiseOf } from './noise.ts'

const ICONS = 96
const ICON_BYTES = 4_000

/** Pictures by name, base64. A version draws one in sixteen anew. */
export function iconsOf(version: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: ICONS }, (_, i) => {
      const isNew = (noiseOf(`icons ${version} ${i}`, 1)[0] ?? 0) < 16
      return [`icon-${i}`, noiseOf(`icon ${i}${isNew ? ` ${version}` : ''}`, ICON_BYTES).toString('base64')]
    }),
  )
}
