// What the agent says of itself, for the owner's command: a small file in the device's folder.

import {
  AtMs,
  Counter,
  DeviceId,
  Fault,
  FaultView,
  HardwareId,
  LengthBytes,
  ProductId,
  Progress,
  parseJson,
  Release,
  Running,
  Sha256,
  Step,
  WhyNot,
} from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import Type, { type Static } from 'typebox'
import { FILES } from './folder.ts'
import { ANSWER_BYTES_MAX } from './limits.ts'

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

export const AgentStatus = Type.Object({
  format: Type.Literal('sealift-status-1'),
  atMs: AtMs,
  device: Type.Object({ id: DeviceId, product: ProductId, hardwareId: HardwareId }),
  running: Running,
  slot: Type.Enum(['a', 'b'] as const),
  bootCount: Counter,
  /** The running image is on trial. */
  trial: Type.Boolean(),
  step: Step,
  progress: orNull(Progress),
  /** What is to be installed, with what its owner must know. */
  wanted: orNull(Type.Object({ release: Release, sha256: Sha256, lengthBytes: LengthBytes, offeredAtMs: AtMs })),
  /** Whether the owner's word is waited for; `untilMs` with `deferred`. */
  permission: orNull(
    Type.Object({
      word: Type.Enum(['go', 'ask', 'refused', 'deferred'] as const),
      untilMs: Type.Optional(AtMs),
    }),
  ),
  whyNot: orNull(WhyNot),
  /** The last fault that still stands. */
  fault: orNull(Type.Object({ ...FaultView.properties, atMs: AtMs })),
  /** When the server last answered, also before a restart; null when it never did. */
  checkedAtMs: orNull(AtMs),
  /** Reports that the server has not taken yet. */
  reportsWaiting: Counter,
})
export type AgentStatus = Static<typeof AgentStatus>

/**
 * What the agent last said of itself; undefined when it never ran, or when a power cut tore the file.
 * @param disk  the device's folder
 */
export async function readStatus(disk: Disk): Promise<AgentStatus | undefined> {
  const bytes = await disk.read(FILES.status)
  if (!bytes) return undefined
  try {
    return parseJson(AgentStatus, bytes, { lengthBytesMax: ANSWER_BYTES_MAX }, 'keep.damaged')
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
