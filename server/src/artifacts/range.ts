// Which part of an image is asked for. RFC 9110 §14: one range of bytes; anything else is answered with the whole.

import { Fault } from '@sealift/protocol'

/** From `fromBytes` up to, but not including, `toBytes`. */
export type Part = { readonly fromBytes: number; readonly toBytes: number }

/**
 * @param range     header `Range`
 * @param ifRange   header `If-Range`: the range holds only for this ETag
 * @returns         undefined when the whole is to be sent
 * @throws {Fault}  `deliver.range` when the range begins behind the end (RFC 9110 §15.5.17)
 */
export function partOf(
  range: string | undefined,
  ifRange: string | undefined,
  etag: string,
  lengthBytes: number,
): Part | undefined {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim())
  if (!match) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const part = first === '' ? lastBytes(Number(last), lengthBytes) : between(Number(first), last, lengthBytes)
  // §14.1.1: a range whose end lies before its begin is not a range, and a header that is none is not looked at.
  if (part === undefined) return undefined
  if (part.fromBytes >= lengthBytes) throw new Fault('deliver.range', { fromBytes: part.fromBytes, lengthBytes })
  return part
}

function between(fromBytes: number, last: string, lengthBytes: number): Part | undefined {
  if (last === '') return { fromBytes, toBytes: lengthBytes }
  if (Number(last) < fromBytes) return undefined
  return { fromBytes, toBytes: Math.min(Number(last) + 1, lengthBytes) }
}

// `bytes=-0` asks for nothing at the end: not satisfiable, which begin === length says.
function lastBytes(countBytes: number, lengthBytes: number): Part {
  return { fromBytes: Math.max(0, lengthBytes - countBytes), toBytes: lengthBytes }
}
