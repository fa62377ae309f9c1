// Bring the image straight into the other slot: from the last checkpoint, to the byte that was signed, and not one further.

import type { BootView } from '@sealift/boot-control'
import { DEVICE_ROUTES, Fault, pathOf } from '@sealift/protocol'
import { type DiskFile, NetworkError, type Reply } from '@sealift/world'
import { type Agent, rememberWork } from './agent.ts'
import { leave, openReply, type Patience, retryAfterOf } from './ask.ts'
import { faultOfDisk } from './disk-fault.ts'
import type { Work } from './journal.ts'
import { IMAGE_PACE } from './limits.ts'
import { progress } from './progress.ts'
import { type Digests, digestFile, NOTHING_SHA256, newDigests } from './slot-digest.ts'

const IMAGE: Patience = { pace: IMAGE_PACE, slow: 'download.slow', lost: 'download.interrupted' }

/** The slot while it is written: `bytes` of the image are in it, and these are their digests. */
type Writing = {
  readonly file: DiskFile
  digests: Digests
  bytes: number
  durableBytes: number
}

/**
 * When this returns, the whole image is durable in the other slot and the journal knows it. When it faults, everything
 * that came is durable, except bytes that proved wrong: these are gone from the slot.
 *
 * @throws {Fault} `download.*`, `install.space`, `install.disk`
 */
export async function download(agent: Agent, view: BootView, work: Work): Promise<void> {
  const { slotLengthBytesMax } = agent.boot
  if (work.lengthBytes > slotLengthBytesMax) {
    throw new Fault('install.space', { lengthBytes: work.lengthBytes, slotLengthBytesMax, fits: false })
  }
  const file = await agent.boot.openOther(work.writtenBytes > 0)
  try {
    const writing = await resume(agent, file, work)
    await progress(agent, view, writing.bytes, work)
    await fill(agent, view, work, writing)
    await judge(agent, work, writing)
  } finally {
    await file.close()
  }
}

// What the slot holds is believed only when it still has the digest it was left with.
async function resume(agent: Agent, file: DiskFile, work: Work): Promise<Writing> {
  const bytes = work.writtenBytes
  if (bytes > 0) {
    const digests = await digestFile(file, bytes, work.hashes)
    if (digests.sha256() === work.writtenSha256) return { file, digests, bytes, durableBytes: bytes }
    agent.log('warn', 'download.restarted', { writtenBytes: bytes })
    await empty(agent, file)
  } else await file.truncate(0)
  return { file, digests: newDigests(work.hashes), bytes: 0, durableBytes: 0 }
}

async function fill(agent: Agent, view: BootView, work: Work, writing: Writing): Promise<void> {
  try {
    const reply = await askForRest(agent, work, writing)
    for await (const chunk of reply.body) await take(agent, view, work, writing, chunk)
    if (writing.bytes < work.lengthBytes) {
      throw new Fault('download.length', { want: work.lengthBytes, have: writing.bytes })
    }
  } catch (error) {
    const fault = faultOfDisk(error)
    if (fault?.code === 'install.space') await empty(agent, writing.file)
    else if (error instanceof Fault || error instanceof NetworkError) await checkpoint(agent, writing, work)
    throw error
  }
}

async function askForRest(agent: Agent, work: Work, writing: Writing): Promise<Reply> {
  const reply = await openReply(
    agent,
    {
      method: 'GET',
      url: agent.device.deviceUrl + pathOf(DEVICE_ROUTES.target, { '*': hashedPath(work) }),
      ...(writing.bytes > 0 && { headers: { range: `bytes=${writing.bytes}-` } }),
    },
    IMAGE,
  )
  // RFC 9110 §14.2: a server may answer a range with the whole. Then the whole is taken from its beginning.
  if (reply.status === 200 && writing.bytes > 0) await startOver(agent, work, writing)
  const refusal = refusalOf(reply, writing.bytes, work.lengthBytes)
  if (refusal) {
    await leave(reply).catch(() => undefined)
    throw refusal
  }
  return reply
}

// Consistent snapshots put the digest before the name. TUF 1.0.34 §6.2.
function hashedPath({ path, sha256 }: Work): string {
  const slash = path.lastIndexOf('/') + 1
  return `${path.slice(0, slash)}${sha256}.${path.slice(slash)}`
}

// Only exactly the rest may follow what we have: RFC 9110 §14.4, byte for byte.
function refusalOf({ status, headers }: Reply, fromBytes: number, lengthBytes: number): Fault | undefined {
  const range = headers['content-range']
  const wanted = fromBytes > 0 ? `bytes ${fromBytes}-${lengthBytes - 1}/${lengthBytes}` : undefined
  if (status !== (fromBytes > 0 ? 206 : 200) || range !== wanted) {
    return new Fault('download.refused', {
      status,
      ...(range !== undefined && { range }),
      ...(wanted !== undefined && { wanted }),
      ...retryAfterOf(headers),
    })
  }
  const announced = headers['content-length']
  const have = fromBytes + Number(announced)
  if (announced !== undefined && have !== lengthBytes) return new Fault('download.length', { want: lengthBytes, have })
  return undefined
}

// A chunk is cut at each checkpoint, so that a checkpoint is never late.
async function take(agent: Agent, view: BootView, work: Work, writing: Writing, chunk: Uint8Array): Promise<void> {
  const { checkpointBytes } = agent.habits
  for (let at = 0; at < chunk.byteLength; ) {
    const roomBytes = work.lengthBytes - writing.bytes
    if (roomBytes === 0) throw new Fault('download.length', { want: work.lengthBytes, why: 'longer than signed' })
    const untilCheckpoint = writing.durableBytes + checkpointBytes - writing.bytes
    const piece = chunk.subarray(at, at + Math.min(roomBytes, untilCheckpoint))
    await writing.file.writeAt(writing.bytes, piece)
    writing.digests.update(piece)
    writing.bytes += piece.byteLength
    at += piece.byteLength
    if (writing.bytes - writing.durableBytes === checkpointBytes) {
      await checkpoint(agent, writing, work)
      await progress(agent, view, writing.bytes, work)
    }
  }
}

// All bytes are there only when they were judged: until then the last part does not count.
async function checkpoint(agent: Agent, writing: Writing, work: Work): Promise<void> {
  if (writing.bytes > writing.durableBytes && writing.bytes < work.lengthBytes) await makeDurable(agent, writing)
}

// Bytes first, then our word that they are there.
async function makeDurable(agent: Agent, writing: Writing): Promise<void> {
  await writing.file.sync()
  await rememberWork(agent, { writtenBytes: writing.bytes, writtenSha256: writing.digests.sha256() })
  writing.durableBytes = writing.bytes
}

async function judge(agent: Agent, work: Work, writing: Writing): Promise<void> {
  if (writing.digests.sha256() === work.sha256 && writing.digests.match(work.hashes)) {
    return await makeDurable(agent, writing)
  }
  const have = writing.digests.sha256()
  await empty(agent, writing.file, { spoiled: work.spoiled + 1 })
  throw new Fault('download.digest', { want: work.sha256, have })
}

async function startOver(agent: Agent, work: Work, writing: Writing): Promise<void> {
  await empty(agent, writing.file)
  Object.assign(writing, { digests: newDigests(work.hashes), bytes: 0, durableBytes: 0 })
}

/** Nothing is left in the slot. A power cut between slot and journal is noticed by the digest at the next start. */
export async function empty(agent: Agent, file: DiskFile, change: Partial<Work> = {}): Promise<void> {
  await file.truncate(0)
  await file.sync()
  await rememberWork(agent, { ...change, writtenBytes: 0, writtenSha256: NOTHING_SHA256, installed: false })
}
