// Numbers that a name repeats, so that the same version always gives the same bytes.

import { createHash } from 'node:crypto'

/** `lengthBytes` bytes that look like chance and depend on nothing but `name`. */
export function noiseOf(name: string, lengthBytes: number): Buffer {
  return createHash('shake128', { outputLength: lengthBytes }).update(name).digest()
}
