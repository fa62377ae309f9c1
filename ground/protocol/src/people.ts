// Signing in, publishing, and the problem document that every refusal is.

import Type, { type Static } from 'typebox'
import { DeviceView, TimelineEntry } from './device.ts'
import { ProductView } from './product.ts'
import { ReleaseView } from './release.ts'
import { RolloutView } from './rollout.ts'
import { AtMs, Counter, ProductId, RolloutId, Sha256 } from './words.ts'

export const SignIn = Type.Object(
  { link: Type.String({ maxLength: 128, description: 'the secret part of the one-time link' }) },
  { additionalProperties: false },
)
export type SignIn = Static<typeof SignIn>

export const Session = Type.Object({
  name: Type.String(),
  role: Type.Enum(['admin'] as const),
  expiresAtMs: AtMs,
})
export type Session = Static<typeof Session>

export const SignInLink = Type.Object({ url: Type.String(), expiresAtMs: AtMs })
export type SignInLink = Static<typeof SignInLink>

/** Metadata to publish, each file as the exact text that was signed. The server verifies all of it before it keeps any. */
export const Publication = Type.Object(
  {
    /** Root files that follow the ones the server has, in order. */
    roots: Type.Optional(Type.Array(Type.String({ maxLength: 524_288 }), { maxItems: 16 })),
    /** Top-level targets of the image repository. */
    targets: Type.Optional(Type.String({ maxLength: 1_048_576 })),
    /** Delegated targets by role name, for example `product/thermostat`. */
    delegated: Type.Optional(
      Type.Record(Type.String({ maxLength: 80 }), Type.String({ maxLength: 4_194_304 }), { maxProperties: 16 }),
    ),
  },
  { additionalProperties: false },
)
export type Publication = Static<typeof Publication>

export const Published = Type.Object({
  snapshotVersion: Type.Integer(),
  timestampVersion: Type.Integer(),
  releases: Type.Array(Type.String(), { description: 'product and version of releases that are new' }),
})
export type Published = Static<typeof Published>

export const BlobStored = Type.Object({ sha256: Sha256, lengthBytes: Type.Integer(), known: Type.Boolean() })
export type BlobStored = Static<typeof BlobStored>

/** Answers of `products`, `releases` and `rollouts`: all there are, newest first. */
export const ProductList = Type.Object({ products: Type.Array(ProductView) })
export type ProductList = Static<typeof ProductList>
export const ReleaseList = Type.Object({ releases: Type.Array(ReleaseView) })
export type ReleaseList = Static<typeof ReleaseList>
export const RolloutList = Type.Object({ rollouts: Type.Array(RolloutView) })
export type RolloutList = Static<typeof RolloutList>

/** Which devices to list; the words of `show` are the counters of the fleet view. */
export const DeviceQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({ maxLength: 63, description: 'part of an id, product, hardware id or running version' }),
    ),
    product: Type.Optional(ProductId),
    rollout: Type.Optional(RolloutId),
    show: Type.Optional(Type.Enum(['silent', 'faulty', 'awaiting-owner', 'past-support'] as const)),
    after: Type.Optional(Type.String({ maxLength: 63, description: '`nextAfter` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50' })),
  },
  { additionalProperties: false },
)
export type DeviceQuery = Static<typeof DeviceQuery>

/** Which entries of the journal to list, newest first; `nextSeq` of the answer is the next `before`. */
export const JournalQuery = Type.Object(
  {
    before: Type.Optional(Counter),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50' })),
  },
  { additionalProperties: false },
)
export type JournalQuery = Static<typeof JournalQuery>

export const DevicePage = Type.Object({
  devices: Type.Array(DeviceView),
  nextAfter: Type.Union([Type.String(), Type.Null()], { description: 'ask again with `after` set to this' }),
})
export type DevicePage = Static<typeof DevicePage>

export const DeviceDetail = Type.Object({ device: DeviceView, timeline: Type.Array(TimelineEntry) })
export type DeviceDetail = Static<typeof DeviceDetail>

/** RFC 9457, with the code of the fault table in `code` and its facts beside it. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  next: Type.String(),
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
})
export type Problem = Static<typeof Problem>

/** One server-sent event of `/api/v1/live`: something of this kind changed, look again. */
export const LiveEvent = Type.Object({
  kind: Type.Enum(['device', 'rollout', 'release', 'product', 'journal'] as const),
  id: Type.String(),
})
export type LiveEvent = Static<typeof LiveEvent>

export const Health = Type.Object({ status: Type.Literal('ok'), version: Type.String() })
export type Health = Static<typeof Health>
