// What the agent and the boot stage say to each other when they are two processes: lines of JSON, parsed within limits.

import { Counter, FaultView, LengthBytes, ProductId, parseJson, Sha256, Version } from '@sealift/protocol'
import Type, { type Static } from 'typebox'

/** One end of a channel between two processes. */
export interface Port {
  /** Does nothing once the channel is closed. */
  send(text: string): void
  /** Called once. `onClose` when the other process closed the channel or ended. */
  listen(onText: (text: string) => void, onClose: () => void): void
}

const SlotName = Type.Enum(['a', 'b'] as const)
const Facts = FaultView.properties.facts
const strict = { additionalProperties: false }

const Asked = { id: Counter }
const Bare = <Ask extends string>(ask: Ask) => Type.Object({ ...Asked, ask: Type.Literal(ask) }, strict)

export const Request = Type.Union([
  Bare('hello'),
  Bare('look'),
  Bare('arm'),
  Bare('restart'),
  Bare('confirm'),
  Type.Object({ ...Asked, ask: Type.Literal('prepare-other'), keep: Type.Boolean() }, strict),
  Type.Object({ ...Asked, ask: Type.Literal('seal'), bootManifest: Type.String({ maxLength: 65_536 }) }, strict),
  Type.Object({ ...Asked, ask: Type.Literal('fall-back'), code: Type.String({ maxLength: 64 }), facts: Facts }, strict),
])
export type Request = Static<typeof Request>

const Content = Type.Object(
  {
    product: ProductId,
    version: Version,
    releaseCounter: Counter,
    sha256: Sha256,
    lengthBytes: LengthBytes,
    securityCounter: Counter,
  },
  strict,
)

/** A `BootView` with what is undefined left out. */
const View = Type.Object(
  {
    running: SlotName,
    trial: Type.Boolean(),
    healthy: Type.Optional(Type.Boolean()),
    slots: Type.Object({ a: Type.Optional(Content), b: Type.Optional(Content) }, strict),
    fellBack: Type.Optional(
      Type.Object({ slot: SlotName, sha256: Sha256, code: Type.String({ maxLength: 64 }), facts: Facts }, strict),
    ),
    bootCount: Counter,
    floor: Counter,
  },
  strict,
)

export const Reply = Type.Object(
  {
    id: Counter,
    told: Type.Optional(
      Type.Object(
        {
          slotLengthBytesMax: Type.Optional(LengthBytes),
          view: Type.Optional(View),
          /** Name on the device's disk of the image to write. */
          file: Type.Optional(Type.String({ maxLength: 64 })),
        },
        strict,
      ),
    ),
    fault: Type.Optional(FaultView),
    /** The operating system's word for a disk error. */
    diskError: Type.Optional(Type.String({ maxLength: 32 })),
  },
  strict,
)
export type Reply = Static<typeof Reply>
export type Told = NonNullable<Reply['told']>

// A manifest of 64 KiB, every character of it escaped.
const LENGTH_BYTES_MAX = 524_288

/** @throws {Fault} `boot.gone`: the other process does not speak our language */
export function readRequest(text: string): Request {
  return parseJson(Request, Buffer.from(text, 'utf8'), { lengthBytesMax: LENGTH_BYTES_MAX, depthMax: 8 }, 'boot.gone')
}

/** @throws {Fault} `boot.gone` */
export function readReply(text: string): Reply {
  return parseJson(Reply, Buffer.from(text, 'utf8'), { lengthBytesMax: LENGTH_BYTES_MAX, depthMax: 8 }, 'boot.gone')
}
