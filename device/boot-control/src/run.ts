// One run of an image, from its start to its end: asked how it is again and again, judged, and stopped.

import { type Clock, deadlineOf } from '@sealift/world'
import type { BootConfig } from './boot-config.ts'
import type { SlotName, TrialEnd } from './boot-control.ts'
import { type Judgement, judgeHealth } from './judge-health.ts'
import type { ImageEnd, RunningImage } from './machine.ts'

export type RunEnd =
  | { readonly why: 'asked' }
  | { readonly why: 'failed'; readonly code: string; readonly facts: TrialEnd['facts'] }

/** An answer older than this many intervals says nothing about now. */
const FRESH_INTERVALS = 3

export class Run {
  readonly slot: SlotName
  private readonly image: RunningImage
  private readonly clock: Clock
  private readonly config: BootConfig
  private readonly startedMs: number
  private answeredMs: number
  private wasWell = false
  private lastHealthy: boolean | undefined
  private ended = false

  constructor(slot: SlotName, image: RunningImage, clock: Clock, config: BootConfig) {
    this.slot = slot
    this.image = image
    this.clock = clock
    this.config = config
    this.startedMs = clock.elapsedMs()
    this.answeredMs = this.startedMs
  }

  /** As `BootView.healthy`. */
  get healthy(): boolean | undefined {
    if (this.ended) return false
    const isFresh = this.clock.elapsedMs() - this.answeredMs <= FRESH_INTERVALS * this.config.healthIntervalMs
    return this.lastHealthy && !isFresh ? undefined : this.lastHealthy
  }

  get lastedMs(): number {
    return this.clock.elapsedMs() - this.startedMs
  }

  /**
   * Returns how it ended, when nothing of the image is left.
   *
   * @param isOnTrial  asked at each judgement: a run is confirmed while it goes on
   * @param signal     asks for the end
   */
  async live(isOnTrial: () => boolean, signal: AbortSignal): Promise<RunEnd> {
    const over = new AbortController()
    try {
      const crashed = this.image.exited.then((end) => this.crash(end))
      return await Promise.race([crashed, this.watch(isOnTrial, AbortSignal.any([signal, over.signal]))])
    } finally {
      over.abort()
      await this.image.stop()
    }
  }

  private crash({ exitCode, signal, why }: ImageEnd): RunEnd {
    this.ended = true
    const facts = {
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      ...(why !== undefined && { why }),
    }
    return { why: 'failed', code: 'confirm.crash', facts }
  }

  private async watch(isOnTrial: () => boolean, signal: AbortSignal): Promise<RunEnd> {
    while (!signal.aborted) {
      const { giveUp } = await this.ask(isOnTrial)
      if (giveUp) return { why: 'failed', ...giveUp }
      await this.clock.sleep(this.config.healthIntervalMs, signal)
    }
    return { why: 'asked' }
  }

  private async ask(isOnTrial: () => boolean): Promise<Judgement> {
    const deadline = deadlineOf(this.clock, this.config.watchdogMs)
    const health = await this.image.health(deadline.signal)
    deadline.stop()
    const nowMs = this.clock.elapsedMs()
    if (health.answer !== 'none') this.answeredMs = nowMs
    const seen = {
      trial: isOnTrial(),
      answer: health.answer,
      why: health.answer === 'well' ? '' : health.why,
      wasWell: this.wasWell,
      runningMs: nowMs - this.startedMs,
      silentMs: nowMs - this.answeredMs,
    }
    const judgement = judgeHealth(seen, this.config)
    this.wasWell ||= health.answer === 'well'
    this.lastHealthy = judgement.healthy
    return judgement
  }
}
