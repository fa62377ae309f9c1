// What the owner's command shows: a small file, always there, never in the way.

import type { BootView } from '@sealift/boot-control'
import type { Progress, Step } from '@sealift/protocol'
import type { Static } from 'typebox'
import { type Agent, nowMsOf, type Session, trustedMsOf } from './agent.ts'
import type { AgentStatus } from './agent-status.ts'
import { readConsent } from './consent-file.ts'
import { faultOfDisk } from './disk-fault.ts'
import { FILES } from './folder.ts'
import { STATUS_MS } from './limits.ts'
import { permissionOf } from './permission.ts'
import { runningOf } from './running.ts'

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
    reportsWaiting: agent.outbox.waiting(journal.seq),
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
