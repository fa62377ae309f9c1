// Bytes become metadata here, strictly and once. TUF 1.0.34 §4.3-§4.6.

import { checkShape, Fault, Release } from '@sealift/protocol'
import Type, { type TProperties, type TSchema } from 'typebox'
import { canonicalJson, parseStrictJson } from './canonical-json.ts'
import { type Envelope, LENGTH_BYTES_MAX, type Metadata, ROLES, type Role } from './metadata.ts'

const Hex = Type.String({ pattern: '^(?:[0-9a-f]{2})*$', maxLength: 16_384 })
const Name = Type.String({ minLength: 1, maxLength: 512 })
const VersionNumber = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Length = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Hashes = Type.Record(Name, Hex, { minProperties: 1, maxProperties: 8 })

const Key = Type.Object({
  keytype: Name,
  scheme: Name,
  keyval: Type.Object({ public: Type.String({ maxLength: 16_384 }) }),
})
const Keys = Type.Record(Name, Key, { maxProperties: 256 })

const roleKeys = {
  keyids: Type.Array(Name, { maxItems: 256, uniqueItems: true }),
  threshold: Type.Integer({ minimum: 1, maximum: 256 }),
  'x-min-per-family': Type.Optional(Type.Integer({ minimum: 0, maximum: 256 })),
}

const Meta = Type.Object({
  version: VersionNumber,
  length: Type.Optional(Length),
  hashes: Type.Optional(Hashes),
})

const TargetCustom = Type.Object({
  hardwareIds: Type.Optional(Type.Array(Name, { maxItems: 256 })),
  releaseCounter: Type.Optional(Length),
  sealift: Type.Optional(Release),
  bootManifest: Type.Optional(Type.String({ maxLength: 65_536 })),
  ecuIdentifiers: Type.Optional(Type.Record(Name, Type.Object({ hardwareId: Name }), { maxProperties: 64 })),
})

const DelegatedRole = Type.Object({
  ...roleKeys,
  name: Name,
  terminating: Type.Boolean(),
  paths: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 1024 })),
  path_hash_prefixes: Type.Optional(Type.Array(Hex, { maxItems: 16_384 })),
})

const SHAPES: Readonly<Record<Role, TSchema>> = {
  root: shapeOf('root', {
    consistent_snapshot: Type.Optional(Type.Boolean()),
    keys: Keys,
    roles: Type.Object({
      root: Type.Object(roleKeys),
      timestamp: Type.Object(roleKeys),
      snapshot: Type.Object(roleKeys),
      targets: Type.Object(roleKeys),
    }),
  }),
  timestamp: shapeOf('timestamp', { meta: Type.Object({ 'snapshot.json': Meta }) }),
  snapshot: shapeOf('snapshot', { meta: Type.Record(Name, Meta, { maxProperties: 65_536 }) }),
  targets: shapeOf('targets', {
    targets: Type.Record(
      Type.String({ maxLength: 1024 }),
      Type.Object({ length: Length, hashes: Hashes, custom: Type.Optional(TargetCustom) }),
    ),
    delegations: Type.Optional(Type.Object({ keys: Keys, roles: Type.Array(DelegatedRole, { maxItems: 4096 }) })),
    'x-sealift': Type.Optional(
      Type.Object({ deviceId: Name, attempt: Length, whyNot: Type.Optional(Type.String({ maxLength: 64 })) }),
    ),
  }),
}

function shapeOf(role: Role, fields: TProperties): TSchema {
  return Type.Object({
    signatures: Type.Array(Type.Object({ keyid: Name, sig: Hex }), { maxItems: 256 }),
    signed: Type.Object({
      _type: Type.Literal(role),
      // TUF 1.0.34 §4.3: clients understand every 1.x.
      spec_version: Type.String({ pattern: '^1\\.[0-9]{1,4}(?:\\.[0-9]{1,4})?$' }),
      version: VersionNumber,
      expires: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' }),
      ...fields,
    }),
  })
}

/**
 * Read one metadata file. Fields that we do not know stay, under the signature.
 *
 * @param lengthBytesMax  signed length where it is known, else the cap of the role
 * @throws {Fault} `verify.format`
 */
export function readMetadata<R extends Role>(
  role: R,
  bytes: Uint8Array,
  lengthBytesMax: number = LENGTH_BYTES_MAX[role],
): Envelope<Metadata[R]> {
  const value = checkShape(SHAPES[role], parseStrictJson(bytes, lengthBytesMax), 'verify.format') as {
    signed: Metadata[R]
    signatures: Envelope<Metadata[R]>['signatures']
  }
  if (Number.isNaN(expiresAtMs(value.signed))) throw new Fault('verify.format', { role, why: 'no such date' })
  if (role === 'targets') requireDelegationForms(value.signed as Metadata['targets'])
  return {
    signed: value.signed,
    signatures: value.signatures,
    signedBytes: canonicalJson(value.signed),
    lengthBytes: bytes.byteLength,
  }
}

/** The same, from text that was stored or published. */
export function readMetadataText<R extends Role>(role: R, text: string): Envelope<Metadata[R]> {
  return readMetadata(role, Buffer.from(text, 'utf8'))
}

/** When a signed statement ends, in ms since 1970. */
export function expiresAtMs(signed: { readonly expires: string }): number {
  return Date.parse(signed.expires)
}

// TUF 1.0.34 §4.5: exactly one of the two; no role twice; no top-level role under another name.
function requireDelegationForms(targets: Metadata['targets']): void {
  const names = new Set<string>()
  for (const role of targets.delegations?.roles ?? []) {
    if ((role.paths === undefined) === (role.path_hash_prefixes === undefined)) {
      throw new Fault('verify.format', { why: 'one of paths and path_hash_prefixes', role: role.name })
    }
    if (names.has(role.name)) throw new Fault('verify.format', { why: 'role delegated twice', role: role.name })
    if ((ROLES as readonly string[]).includes(role.name)) {
      throw new Fault('verify.format', { why: 'top-level role delegated', role: role.name })
    }
    names.add(role.name)
  }
}
