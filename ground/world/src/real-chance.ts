// Chance from the operating system's source of randomness.

import { randomBytes } from 'node:crypto'
import type { Chance } from './chance.ts'

/** Fit for keys and tokens; `fraction` too, at no cost that matters. */
export function realChance(): Chance {
  return {
    bytes: (lengthBytes) => new Uint8Array(randomBytes(lengthBytes)),
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  }
}
