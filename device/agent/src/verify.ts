// Verify what was offered: director and image repository, their agreement, and what failed here before.

import assert from 'node:assert/strict'
import type { BootView, SlotContent } from '@sealift/boot-control'
import { DEVICE_ROUTES, Fault, WHY_NOT, type WhyNot } from '@sealift/protocol'
import {
  type Assignment,
  type DirectorWord,
  expiresAtMs,
  type FetchFile,
  readMetadataText,
  type TrustState,
  type Verified,
  verifyAssignment,
} from '@sealift/trust'
import { type Agent, type Offer, remember, trustedMsOf } from './agent.ts'
import { ask, retryAfterOf } from './ask.ts'
import { failureOf, isRefusalMended, type Journal, type Work } from './journal.ts'
import { faultViewOf, note } from './report.ts'
import { holds, runningOf } from './running.ts'
import { NOTHING_SHA256 } from './slot-digest.ts'
import { readTrustState, writeTrustState } from './trust-state.ts'

/**
 * The offer becomes work, or the reason why there is none. The ETag is kept only now: what was not verified to the end
 * is asked for again.
 *
 * @throws {Fault} `check.*`, `verify.*`, `boot.manifest`
 */
export async function verify(agent: Agent, view: BootView): Promise<void> {
  const { offer } = agent.session
  assert(offer, 'nothing was offered')
  agent.session.offer = undefined
  const nowMs = trustedMsOf(agent)
  const verified = await verifyAssignment({
    state: await trustStateOf(agent, view),
    fetchDirector: withTimestamp(offer, fetchFrom(agent, DEVICE_ROUTES.director)),
    fetchImage: fetchFrom(agent, DEVICE_ROUTES.image),
    device: agent.device,
    installed: runningOf(view),
    floor: view.floor,
    bootKeysPem: agent.device.bootKeysPem,
    nowMs,
    keep: keeper(agent),
  })
  await remember(agent, journalAfter(agent.journal, verified, offer, runningOf(view), nowMs))
}

/** What a verified word changes in the journal. Pure. */
export function journalAfter(
  journal: Journal,
  verified: Verified,
  offer: Pick<Offer, 'etag'>,
  running: SlotContent,
  nowMs: number,
): Partial<Journal> {
  const { word, assignment, state } = verified
  const offered = assignment && workOf(journal.work, assignment, word, nowMs)
  const whyNot = offered ? whyNoWork(journal, offered, running) : wordOf(word)
  return {
    verifiedAtMs: nowMs,
    word: { etag: offer.etag ?? null, freshUntilMs: freshUntilMs(state), whyNot },
    work: offered && whyNot === null ? offered : null,
    // The server's last word of us is that refusal; it must hear that all is well again.
    ...(isRefusalMended(journal) && { refused: null, said: null }),
  }
}

// The same image goes on where it was, whatever else was signed anew.
function workOf(have: Work | null, assignment: Assignment, word: DirectorWord, nowMs: number): Work {
  const { path, lengthBytes, sha256, hashes, release, bootManifest } = assignment
  const wanted = { path, lengthBytes, sha256, hashes, release, bootManifest, attempt: word.attempt }
  if (have?.sha256 === sha256 && have.path === path) return { ...have, ...wanted }
  return {
    ...wanted,
    offeredAtMs: nowMs,
    writtenBytes: 0,
    writtenSha256: NOTHING_SHA256,
    spoiled: 0,
    installed: false,
    boots: 0,
    armed: false,
  }
}

function whyNoWork(journal: Journal, work: Work, running: SlotContent): WhyNot | null {
  if (holds(running, work)) return 'up_to_date'
  return failureOf(journal, work) ? 'held_back' : null
}

// A newer server may know reasons that we do not.
function wordOf(word: DirectorWord): WhyNot {
  return word.whyNot !== undefined && Object.hasOwn(WHY_NOT, word.whyNot) ? (word.whyNot as WhyNot) : 'no_match'
}

function freshUntilMs(state: TrustState): number {
  const { timestamp } = state.director
  return timestamp === undefined ? 0 : expiresAtMs(readMetadataText('timestamp', timestamp).signed)
}

async function trustStateOf(agent: Agent, view: BootView): Promise<TrustState> {
  const { state, damage } = await readTrustState(agent.world.disk)
  if (damage) {
    const fault = faultViewOf(damage.code, damage.facts)
    await note(agent, view, { said: null }, { event: 'refused', step: 'verify', fault })
    await writeTrustState(agent.world.disk, state)
  }
  return state
}

function keeper(agent: Agent): (state: TrustState) => Promise<void> {
  return (state) => writeTrustState(agent.world.disk, state)
}

// The check has brought it already.
function withTimestamp(offer: Offer, fetch: FetchFile): FetchFile {
  return async (file, lengthBytesMax) =>
    file === 'timestamp.json' ? offer.timestamp : await fetch(file, lengthBytesMax)
}

function fetchFrom(agent: Agent, route: string): FetchFile {
  return async (file, lengthBytesMax) => {
    // The name comes from the verifier, encoded as the repository spells it.
    const url = agent.device.deviceUrl + route.replace(':file', file)
    const { status, headers, body } = await ask(agent, { method: 'GET', url }, lengthBytesMax)
    if (status === 404) return undefined
    if (status !== 200) throw new Fault('check.refused', { file, status, ...retryAfterOf(headers) })
    return body
  }
}
