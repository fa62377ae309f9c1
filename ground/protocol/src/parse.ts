// Bytes from outside become typed values here, once, within limits on size and depth.

import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type Facts, Fault, type FaultCode } from './fault.ts'

export type Limits = { readonly lengthBytesMax: number; readonly depthMax?: number }

/**
 * Read JSON of a known shape.
 *
 * @param code  fault to throw when the bytes are too many, not UTF-8, not JSON, too deep or not of the shape
 * @throws {Fault} `code`, with `why` and the path of the first offence in its facts
 */
export function parseJson<S extends TSchema>(schema: S, bytes: Uint8Array, limits: Limits, code: FaultCode): Static<S> {
  if (bytes.byteLength > limits.lengthBytesMax) {
    throw new Fault(code, { why: 'too long', lengthBytes: bytes.byteLength, lengthBytesMax: limits.lengthBytesMax })
  }
  const text = decodeUtf8(bytes, code)
  if (isTooDeep(text, limits.depthMax ?? 32)) throw new Fault(code, { why: 'nested too deep' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault(code, { why: 'not JSON' }, { cause: error })
  }
  return checkShape(schema, value, code)
}

/**
 * Hold a value against its schema.
 * @throws {Fault} `code` with the path of the first offence
 */
export function checkShape<S extends TSchema>(schema: S, value: unknown, code: FaultCode): Static<S> {
  if (Value.Check(schema, value)) return value
  const [first] = Value.Errors(schema, value)
  const facts: Facts = { why: first?.message ?? 'not of this shape', at: first?.instancePath || '/' }
  throw new Fault(code, facts)
}

function decodeUtf8(bytes: Uint8Array, code: FaultCode): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Fault(code, { why: 'not UTF-8' }, { cause: error })
  }
}

// Counts brackets outside strings before JSON.parse, which recurses.
function isTooDeep(text: string, depthMax: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (inString) {
      if (character === 0x5c) i++
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > depthMax) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}
