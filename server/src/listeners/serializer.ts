// One serializer for each schema, however many servers live in this process: making one compiles code.

import { type Serializer, SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySerializerCompiler } from 'fastify'

const make = SerializerSelector()({}, {})
const made = new WeakMap<object, Serializer>()

/** A serializer writes what its schema names and leaves out the rest, so no field slips out by accident. */
export const serializerFor: FastifySerializerCompiler<unknown> = ({ schema, method, url, httpStatus = '' }) => {
  const known = made.get(schema as object)
  if (known) return known
  const serializer = make({ schema, method, url, httpStatus })
  made.set(schema as object, serializer)
  return serializer
}
