// Colours by what they mean, never the only sign of it.

import { styleText } from 'node:util'
import { type SafeText, safe } from './safe-text.ts'

type Style = Parameters<typeof styleText>[0]

function painter(style: Style): (value: string | number | SafeText) => SafeText {
  return (value) => {
    const text = safe(value)
    return { plain: text.plain, painted: styleText(style, text.painted, { validateStream: false }) }
  }
}

export const paint = {
  strong: painter('bold'),
  quiet: painter('dim'),
  good: painter('green'),
  careful: painter('yellow'),
  bad: painter('red'),
} as const
