// Read the other slot back, and vouch for it only when it is what was signed.

import type { BootView } from '@sealift/boot-control'
import { Fault } from '@sealift/protocol'
import type { Agent } from './agent.ts'
import { empty } from './download.ts'
import type { Work } from './journal.ts'
import { note } from './report.ts'
import { holds, otherOf } from './running.ts'
import { digestFile } from './slot-digest.ts'

/**
 * When this returns, the other slot can be started.
 * @throws {Fault} `install.digest`: then the slot is empty, and its manifest gone
 */
export async function install(agent: Agent, view: BootView, work: Work): Promise<void> {
  if (!(await readsBack(agent, work))) {
    const file = await agent.boot.openOther(false)
    try {
      await empty(agent, file, { spoiled: work.spoiled + 1 })
    } finally {
      await file.close()
    }
    throw new Fault('install.digest', { sha256: work.sha256, lengthBytes: work.lengthBytes })
  }
  // A power cut may have come between the seal and our note of it.
  if (!holds(otherOf(view), work)) await agent.boot.seal(work.bootManifest)
  const release = { version: work.release.version, sha256: work.sha256 }
  const written = { writtenBytes: work.lengthBytes, writtenSha256: work.sha256 }
  await note(
    agent,
    view,
    { work: { ...work, ...written, installed: true } },
    { event: 'installed', step: 'install', release },
  )
}

/** Give the bytes of the other slot up: what failed in it may be the slot itself. */
export async function discardOther(agent: Agent): Promise<void> {
  const file = await agent.boot.openOther(false)
  try {
    await file.truncate(0)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readsBack(agent: Agent, work: Work): Promise<boolean> {
  const file = await agent.boot.openOther(true)
  try {
    await file.sync()
    if ((await file.lengthBytes()) !== work.lengthBytes) return false
    const digests = await digestFile(file, work.lengthBytes, work.hashes)
    return digests.sha256() === work.sha256 && digests.match(work.hashes)
  } finally {
    await file.close()
  }
}
