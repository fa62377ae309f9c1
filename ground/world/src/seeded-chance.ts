// Chance that a seed repeats: Chris Doty-Humphrey's sfc32, a small generator that passes PractRand.

import type { Chance } from './chance.ts'

/**
 * The same numbers for the same seed, on every machine and for ever: seeds of failures are kept as tests.
 * @param seed  any safe integer
 */
export function seededChance(seed: number): Chance {
  const next = sfc32(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0)
  return {
    bytes: (lengthBytes) => bytesOf(next, lengthBytes),
    fraction: () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53,
  }
}

function sfc32(seedLow: number, seedHigh: number): () => number {
  let [a, b, c, counter] = [0, seedLow, seedHigh, 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // Neighbouring seeds begin alike; after this many steps they no longer do.
  for (let i = 0; i < 15; i++) next()
  return next
}

function bytesOf(next: () => number, lengthBytes: number): Uint8Array {
  const words = new Uint8Array(Math.ceil(lengthBytes / 4) * 4)
  const view = new DataView(words.buffer)
  for (let at = 0; at < words.byteLength; at += 4) view.setUint32(at, next(), true)
  return words.subarray(0, lengthBytes)
}
