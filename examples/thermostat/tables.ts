// What a thermostat carries besides its program: how its valve opens, and what its screen says.

import { noiseOf } from './noise.ts'

/** Rows of [difference from the wanted temperature in °C, position of the valve in per mille], 0.001 °C apart. */
export function curveOf(version: string): readonly (readonly [number, number])[] {
  const correction = noiseOf(`valve ${version}`, 1)[0] ?? 0
  return Array.from({ length: ROWS }, (_, i) => {
    const differenceC = FROM_C + i / 1000
    // Each version was calibrated anew where the valve begins to open; the rest of the curve is as it was.
    const shift = differenceC > 0 && differenceC < 0.5 ? correction / 64 : 0
    return [Number(differenceC.toFixed(3)), Math.round(Math.max(0, 1000 * Math.tanh(differenceC / 3 + 0.6) + shift))]
  })
}

const ROWS = 40_000
const FROM_C = -4

/** Texts of the screen by language. A version says some of them differently. */
export function phrasesOf(version: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    LANGUAGES.map((language) => [
      language,
      Array.from({ length: PHRASES }, (_, i) =>
        phrase(language, i, noiseOf(`${version} ${language} ${i}`, 1)[0] === 0),
      ),
    ]),
  )
}

const LANGUAGES = ['cs', 'da', 'de', 'en', 'es', 'fi', 'fr', 'it', 'nl', 'no', 'pl', 'pt', 'sv'] as const
const PHRASES = 200

function phrase(language: string, number: number, isNew: boolean): string {
  const syllables = [...noiseOf(`${language} ${number}${isNew ? ' anew' : ''}`, 12)]
  return syllables.map((byte) => SYLLABLES[byte % SYLLABLES.length]).join('')
}

const SYLLABLES = [
  'va',
  'rm',
  'ko',
  'le',
  'ti',
  'den',
  'sol',
  'nat',
  'mer',
  'ost',
  'fri',
  'gra',
  'hus',
  'luft',
  'pau',
  'se',
]
