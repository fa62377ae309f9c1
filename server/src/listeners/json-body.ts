// Reading a JSON body: nothing nested beyond reason, nothing that could change an object's prototype (attacks 42, 47).

import { Fault, parseJson } from '@sealift/protocol'
import Type from 'typebox'

const Anything = Type.Unknown()

/** @throws {Fault} `assign.invalid` */
export function readJsonBody(body: Buffer): unknown {
  const value = parseJson(Anything, body, { lengthBytesMax: body.byteLength }, 'assign.invalid')
  if (hasForbiddenName(value)) throw new Fault('assign.invalid', { why: 'forbidden name' })
  return value
}

// JSON.parse makes `__proto__` an ordinary property; the first careless copy of it would make it a prototype.
function hasForbiddenName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasForbiddenName)
}
