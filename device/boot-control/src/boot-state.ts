// What must be remembered from one start to the next: which slot is kept, which is tried, and what was given up.

import { createHash } from 'node:crypto'
import { Counter, parseJson, Sha256 } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import Type, { type Static } from 'typebox'
import type { TrialEnd } from './boot-control.ts'
import { type Twin, twinOf } from './twin.ts'

const SlotName = Type.Enum(['a', 'b'] as const)
const Fact = Type.Union([Type.String({ maxLength: 512 }), Type.Number(), Type.Boolean()])
const Place = { slot: SlotName, sha256: Sha256 }

export const BootState = Type.Object(
  {
    /** The slot that was confirmed last: the way home. */
    active: Type.Object(Place, { additionalProperties: false }),
    /** The slot that is armed or on trial, and how often it may still be started. */
    trial: Type.Union([
      Type.Null(),
      Type.Object({ ...Place, triesLeft: Type.Integer({ minimum: 0, maximum: 16 }) }, { additionalProperties: false }),
    ]),
    fellBack: Type.Union([
      Type.Null(),
      Type.Object(
        { ...Place, code: Type.String({ maxLength: 64 }), facts: Type.Record(Type.String({ maxLength: 64 }), Fact) },
        { additionalProperties: false },
      ),
    ]),
    bootCount: Counter,
    /** Where the floor belongs since the last confirm; the counter follows, after a power cut at the next start. */
    floorDue: Counter,
  },
  { additionalProperties: false },
)
export type BootState = Static<typeof BootState>

export const STATE_RECORD = 'boot/state'

/** The record of the boot state. Its digest finds damage, not forgery: who can write here is held by manifests and the floor. */
export function bootStateOn(disk: Disk): Twin<BootState> {
  return twinOf(disk, STATE_RECORD, {
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    parse: (bytes) => parseJson(BootState, bytes, { lengthBytesMax: bytes.byteLength, depthMax: 4 }, 'boot.state'),
  })
}

const FACTS_MAX = 8
const FACT_LENGTH_MAX = 200
const FACTS_LENGTH_MAX = 1000

/** Facts from outside, cut to what the record has room for. */
export function shortened(facts: TrialEnd['facts']): TrialEnd['facts'] {
  const kept: Record<string, string | number | boolean> = {}
  for (const [name, fact] of Object.entries(facts).slice(0, FACTS_MAX)) {
    const short = typeof fact === 'string' ? fact.slice(0, FACT_LENGTH_MAX).toWellFormed() : fact
    const longer = { ...kept, [name.slice(0, 64)]: short }
    if (Buffer.byteLength(JSON.stringify(longer)) > FACTS_LENGTH_MAX) break
    Object.assign(kept, longer)
  }
  return kept
}
