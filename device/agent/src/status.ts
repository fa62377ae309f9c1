// What the owner's command shows: a small file, always there, never in the way.

import type { BootView } from '@sealift/boot-control'
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
import { type Agent, nowMsOf, type Session, trustedMsOf } from './agent.ts'
import { readConsent } from './consent-file.ts'
import { faultOfDisk } from './disk-fault.ts'
import { FILES } from './folder.ts'
import { ANSWER_BYTES_MAX, STATUS_MS } from './limits.ts'
import { permissionOf } from './permission.ts'
import { runningOf } from './running.ts'

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
  /** When the server last answered; null when it has not since the agent started. */
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

type Now = { readonly step: Step; readonly progress?: Static<typeof Progress> }

/** Written when it says something new, and no more often than a person can follow. */
export async function showStatus(agent: Agent, view: BootView, now: Now): Promise<void> {
  const nowMs = agent.world.clock.elapsedMs()
  const last = agent.session.status
  if (last?.step === now.step && now.step !== 'rest' && nowMs - last.atMs < STATUS_MS) return
  const status = await statusOf(agent, view, now)
  const text = JSON.stringify(status)
  if (text === last?.text) return
  agent.session.status = { text, step: now.step, atMs: nowMs }
  await write(agent, JSON.stringify({ ...status, atMs: nowMsOf(agent) }))
}

async function statusOf(agent: Agent, view: BootView, now: Now): Promise<Omit<AgentStatus, 'atMs'>> {
  const { device, journal, session } = agent
  const { work, word } = journal
  const { version, sha256, securityCounter } = runningOf(view)
  const consent = work ? await readConsent(agent.world.disk) : undefined
  return {
    format: 'sealift-status-1',
    device: { id: device.id, product: device.product, hardwareId: device.hardwareId },
    running: { version, sha256, securityCounter },
    slot: view.running,
    bootCount: view.bootCount,
    trial: view.trial,
    step: now.step,
    progress: now.progress ?? null,
    wanted: work && {
      release: work.release,
      sha256: work.sha256,
      lengthBytes: work.lengthBytes,
      offeredAtMs: work.offeredAtMs,
    },
    permission: work && permissionOf(work.release, consent, work.offeredAtMs, trustedMsOf(agent)),
    whyNot: word?.whyNot ?? null,
    fault: faultOf(session),
    checkedAtMs: session.checkedAtMs ?? null,
    reportsWaiting: agent.outbox.count,
  }
}

// Reports that do not get through are the least of it, and often only follow from the rest.
function faultOf({ faults }: Session): AgentStatus['fault'] {
  const [check, work] = [faults.get('check'), faults.get('work')]
  const telling = check && work ? (check.atMs > work.atMs ? check : work) : (check ?? work)
  return telling ?? faults.get('report') ?? null
}

// Not synced: after a power cut it is written anew anyway, and flash wears. A full disk is no reason to stop an update.
async function write(agent: Agent, text: string): Promise<void> {
  const { disk } = agent.world
  try {
    const file = await disk.open(`${FILES.status}.new`)
    try {
      await file.truncate(0)
      await file.writeAt(0, Buffer.from(text))
    } finally {
      await file.close()
    }
    await disk.rename(`${FILES.status}.new`, FILES.status)
  } catch (error) {
    if (!faultOfDisk(error)) throw error
  }
}
