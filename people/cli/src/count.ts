// Whole numbers as people write them on a command line.

import { UsageError } from './usage-error.ts'

/** A number of things, from one up. @throws {UsageError} */
export function parseCount(text: string): number {
  const count = parseNumber(text)
  if (count > 0) return count
  throw new UsageError(`not a count: ${text}`, 'write a whole number from 1 up')
}

/** A whole number from zero up, for example a port or a counter. @throws {UsageError} */
export function parseNumber(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(number)) return number
  throw new UsageError(`not a whole number: ${text}`, 'write digits only')
}

/** A port of this machine; 0 lets the system choose. @throws {UsageError} */
export function parsePort(text: string): number {
  const port = parseNumber(text)
  if (port <= 65_535) return port
  throw new UsageError(`not a port: ${text}`, 'write a number from 0 to 65535')
}
