// One running agent: its world, what it must remember, and what it may forget.

import assert from 'node:assert/strict'
import type { BootControl } from '@sealift/boot-control'
import type { FaultView } from '@sealift/protocol'
import type { Chance, Clock, Disk, Network } from '@sealift/world'
import { readStatus } from './agent-status.ts'
import { startWaitMs } from './back-off.ts'
import { type Device, readDevice } from './device-file.ts'
import { type Journal, readJournal, type Work, writeJournal } from './journal.ts'
import { BATCH_REPORTS_MAX, CHECKPOINT_BYTES, SETTLE_MS, TRIAL_MS_MAX } from './limits.ts'
import { type Log, silent } from './log.ts'
import { type Outbox, openOutbox } from './outbox.ts'

export type World = {
  readonly clock: Clock
  readonly disk: Disk
  readonly network: Network
  readonly chance: Chance
}

export type AgentOptions = {
  /** The disk is the device's folder. */
  readonly world: World
  readonly boot: BootControl
  /** Ends the agent, at any point; what was begun goes on at the next start. */
  readonly signal: AbortSignal
  readonly log?: Log
  readonly habits?: Partial<Habits>
}

export type Habits = {
  /** A new image must be well for so long before it is kept. */
  readonly settleMs: number
  /** A new image that is not kept by then is given up. */
  readonly trialMsMax: number
  /** The server must answer a check before a new image is kept. */
  readonly serverMustAnswer: boolean
  /** A download that is cut off is taken up again from here: at most so much is fetched twice. */
  readonly checkpointBytes: number
}

export type Agent = {
  readonly world: World
  readonly boot: BootControl
  readonly signal: AbortSignal
  readonly log: Log
  readonly habits: Habits
  readonly device: Device
  readonly outbox: Outbox
  readonly session: Session
  /** As it is on the disk. Changed by `remember` only. */
  journal: Journal
}

export type Offer = { readonly timestamp: Uint8Array; readonly etag: string | undefined }

/** What may be tried again, each with its own patience. */
export type Effort = 'check' | 'report' | 'work'

/** The trial under way: of which run, since when it is seen, and since when it is well. */
export type Trial = { readonly of: string; readonly sinceMs: number; wellSinceMs: number | undefined }

/** Forgotten when the process ends. Moments are on the clock that never jumps. */
export type Session = {
  pollMs: number
  readonly notBeforeMs: Record<Effort, number>
  readonly failures: Record<Effort, number>
  /** A check brought this, and it is not verified yet. */
  offer: Offer | undefined
  /** Time of the last check that was answered: "no word since then" is for people to see (attack 13). */
  checkedAtMs: number | undefined
  /** The image that ran when the server last answered; undefined when it has not since the start. */
  reachedFrom: string | undefined
  trial: Trial | undefined
  /** The last failure of each effort, until it succeeds. */
  readonly faults: Map<Effort, FaultView & { readonly atMs: number }>
  /** Reports sent at once: one, after the server would not take more. */
  batchMax: number
  progressAtMs: number
  status: { text: string; step: string; atMs: number } | undefined
}

const HABITS: Habits = {
  settleMs: SETTLE_MS,
  trialMsMax: TRIAL_MS_MAX,
  serverMustAnswer: true,
  checkpointBytes: CHECKPOINT_BYTES,
}

/**
 * Read what must be remembered; the rest begins anew.
 * @throws {Fault} `keep.missing`, `keep.damaged`
 */
export async function wake(options: AgentOptions): Promise<Agent> {
  const { world, log = silent } = options
  const device = await readDevice(world.disk)
  const { journal, damage } = await readJournal(world.disk, Math.trunc(world.clock.nowMs()))
  if (damage) log('error', 'journal.forgotten', damage.facts)
  return {
    ...options,
    log,
    habits: { ...HABITS, ...options.habits },
    device,
    outbox: await openOutbox(world.disk, journal.seq),
    session: newSession(world, device.pollMs, (await readStatus(world.disk))?.checkedAtMs ?? undefined),
    journal,
  }
}

function newSession({ clock, chance }: World, pollMs: number, checkedAtMs: number | undefined): Session {
  const nowMs = clock.elapsedMs()
  return {
    pollMs,
    notBeforeMs: { check: nowMs + startWaitMs(pollMs, chance), report: nowMs, work: nowMs },
    failures: { check: 0, report: 0, work: 0 },
    offer: undefined,
    checkedAtMs,
    reachedFrom: undefined,
    trial: undefined,
    faults: new Map(),
    batchMax: BATCH_REPORTS_MAX,
    progressAtMs: Number.NEGATIVE_INFINITY,
    status: undefined,
  }
}

/** Durable when it returns. */
export async function remember(agent: Agent, change: Partial<Journal>): Promise<void> {
  const journal = { ...agent.journal, ...change }
  await writeJournal(agent.world.disk, journal)
  agent.journal = journal
}

/** The same for the work under way. */
export async function rememberWork(agent: Agent, change: Partial<Work>): Promise<void> {
  const { work } = agent.journal
  assert(work, 'no work is under way')
  await remember(agent, { work: { ...work, ...change } })
}

/** The clock's time in whole milliseconds, as it stands in every message. */
export function nowMsOf(agent: Agent): number {
  return Math.max(0, Math.trunc(agent.world.clock.nowMs()))
}

/** The time by which signed statements are judged: it does not fall behind what was once found fresh. Attack 4. */
export function trustedMsOf(agent: Agent): number {
  return Math.max(nowMsOf(agent), agent.journal.verifiedAtMs)
}
