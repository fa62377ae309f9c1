// The boot stage: owns the boot state, verifies a slot before it starts it, watches the image, and falls back by itself.

import { Fault } from '@sealift/protocol'
import { readBootManifest } from '@sealift/trust'
import { type Clock, type Disk, type DiskFile, folderOf, removeFile, replaceFile } from '@sealift/world'
import { type BootConfig, readBootConfig } from './boot-config.ts'
import type { BootControl, BootView, SlotContent, SlotName, TrialEnd } from './boot-control.ts'
import { type BootState, bootStateOn, shortened } from './boot-state.ts'
import { chooseSlot, type StartStep } from './choose-slot.ts'
import { diskErrorOf } from './disk-error.ts'
import type { Machine } from './machine.ts'
import { giveUp } from './next-boot.ts'
import { Run, type RunEnd } from './run.ts'
import type { SecurityCounter } from './security-counter.ts'
import { imageOf, manifestOf, otherThan } from './slot.ts'
import { newTurns } from './turns.ts'
import type { Twin } from './twin.ts'
import { type Requirements, readManifest, verifySlot } from './verify-slot.ts'

export type BootWorld = {
  readonly clock: Clock
  /** The device's folder. */
  readonly disk: Disk
  readonly machine: Machine
  readonly counter: SecurityCounter
}

/** Wait before an image that failed outside a trial is started again; it doubles with each failure in a row. */
const BACK_OFF_MS_FIRST = 1_000
const BACK_OFF_MS_MAX = 60_000

/**
 * The `own` driver of boot control. A device has one boot stage, and nobody else writes its boot state. `run` is its
 * life; the methods of `BootControl` may be called at any time, and wait while images are exchanged.
 */
export class BootStage implements BootControl {
  readonly slotLengthBytesMax: number
  private readonly world: BootWorld
  private readonly config: BootConfig
  private readonly record: Twin<BootState>
  private state: BootState
  /** Whoever changes something takes a turn; so does the start of a run. */
  private readonly inTurn = newTurns()
  /** The present run, or the next one while images are exchanged. */
  private present = newPromise<Run>()
  /** Ends the present run, or the wait before the next. */
  private exchange = new AbortController()
  private stopped = false

  private constructor(world: BootWorld, config: BootConfig, record: Twin<BootState>, state: BootState) {
    this.world = world
    this.config = config
    this.record = record
    this.state = state
    this.slotLengthBytesMax = config.slotLengthBytesMax
  }

  /** @throws {Fault} `keep.missing`, `keep.damaged` for its configuration; `boot.state` */
  static async open(world: BootWorld): Promise<BootStage> {
    const config = await readBootConfig(world.disk)
    const record = bootStateOn(world.disk)
    return new BootStage(world, config, record, await record.read())
  }

  /**
   * Starts an image, and another whenever that one ends, until `stop`. Nothing of an image is left when it returns.
   * @throws {Fault} `boot.no-slot`, `boot.state`; from then on the other methods throw the same
   */
  async run(): Promise<void> {
    try {
      await this.settleFloor()
      for (let failures = 0; !this.stopped; ) {
        const run = await this.inTurn(() => this.begin())
        const end = await run.live(() => this.isOnTrial(run), this.exchange.signal)
        failures = await this.settle(run, end, failures)
      }
      this.close(new Fault('boot.gone'))
    } catch (error) {
      this.close(error)
      throw error
    }
  }

  /** Ends the present image, and with it `run`. */
  stop(): void {
    this.stopped = true
    this.exchange.abort()
  }

  async look(): Promise<BootView> {
    const run = await this.present.promise
    return {
      running: run.slot,
      trial: this.isOnTrial(run),
      healthy: run.healthy,
      slots: { a: await this.contentOf('a'), b: await this.contentOf('b') },
      fellBack: this.state.fellBack ?? undefined,
      bootCount: this.state.bootCount,
      floor: await this.floor(),
    }
  }

  async openOther(keep: boolean): Promise<DiskFile> {
    return await this.world.disk.open(await this.prepareOther(keep))
  }

  /** As `openOther`, but says where the image lies instead of opening it. */
  prepareOther(keep: boolean): Promise<string> {
    return this.besidesTrial(async (slot) => {
      const name = imageOf(slot)
      if (!keep) await this.empty(slot)
      await this.world.disk.syncFolder(folderOf(name))
      return name
    })
  }

  seal(bootManifest: string): Promise<void> {
    return this.besidesTrial(async (slot) => {
      readBootManifest(bootManifest, this.config.bootKeysPem)
      await replaceFile(this.world.disk, manifestOf(slot), Buffer.from(bootManifest, 'utf8'))
    })
  }

  arm(): Promise<void> {
    return this.besidesTrial(async (slot) => {
      const { sha256 } = await verifySlot(this.world.disk, slot, await this.requirements())
      await this.keep({ ...this.state, trial: { slot, sha256, triesLeft: this.config.tries }, fellBack: null })
    })
  }

  restart(): Promise<void> {
    return this.withRun(async () => this.beginExchange())
  }

  confirm(): Promise<void> {
    return this.withRun(async (run) => {
      if (this.isOnTrial(run)) {
        if (run.healthy !== true) throw new Fault('confirm.unhealthy', { why: 'it does not say that it is well' })
        const { sha256, securityCounter } = await readManifest(this.world.disk, run.slot, this.config.bootKeysPem)
        const floorDue = Math.max(this.state.floorDue, securityCounter)
        await this.keep({ ...this.state, active: { slot: run.slot, sha256 }, trial: null, floorDue })
      }
      // After the state, never before: a floor above the slot that the state still calls the way home would close it.
      await this.world.counter.raise(this.state.floorDue)
    })
  }

  fallBack(code: string, facts: TrialEnd['facts']): Promise<void> {
    return this.withRun(async (run) => {
      const onTrial = this.isOnTrial(run)
      if (this.state.trial) await this.keep(giveUp(this.state, code, shortened(facts)))
      if (onTrial) this.beginExchange()
    })
  }

  // A power cut may have come between a confirm and its raise. The floor counts as raised even if that fails (see `floor`).
  private async settleFloor(): Promise<void> {
    await this.world.counter.raise(this.state.floorDue).catch((error: unknown) => {
      if (diskErrorOf(error) === undefined) throw error
    })
  }

  private async begin(): Promise<Run> {
    this.exchange = new AbortController()
    if (this.stopped) this.exchange.abort()
    const { slot, version } = await this.decide()
    const image = await this.world.machine.start({ slot, version, deviceId: this.config.deviceId })
    const run = new Run(slot, image, this.world.clock, this.config)
    this.present.resolve(run)
    return run
  }

  private async decide(): Promise<StartStep> {
    const { state } = this
    const step = await chooseSlot(this.world.disk, state, await this.requirements())
    const why = await this.keepIfPossible(step.state)
    if (why === undefined || !step.state.trial) return step
    // A trial that is not counted durably could go on for ever; the kept slot may run uncounted.
    const safe = await chooseSlot(this.world.disk, giveUp(state, 'install.disk', { why }), await this.requirements())
    this.state = safe.state
    return safe
  }

  // What ends a trial badly is remembered, and the kept slot is started at once; elsewhere the same image is tried again.
  private async settle(run: Run, end: RunEnd, failures: number): Promise<number> {
    if (end.why === 'asked' || this.stopped) return 0
    await this.inTurn(async () => {
      if (!this.isOnTrial(run)) return
      await this.keepIfPossible(giveUp(this.state, end.code, shortened(end.facts)))
      this.beginExchange()
    })
    if (this.exchange.signal.aborted) return 0
    const before = run.lastedMs > BACK_OFF_MS_MAX ? 0 : failures
    const waitMs = Math.min(BACK_OFF_MS_FIRST * 2 ** before, BACK_OFF_MS_MAX)
    await this.world.clock.sleep(waitMs, this.exchange.signal)
    await this.inTurn(async () => this.beginExchange())
    return before + 1
  }

  /** From here on everybody waits for the next run. */
  private beginExchange(): void {
    if (!this.exchange.signal.aborted) this.present = newPromise()
    this.exchange.abort()
  }

  private close(error: unknown): void {
    this.present.reject(error)
    this.present = newPromise()
    this.present.reject(error)
  }

  /** Takes a turn in which `run` is the present run. It waits outside its turn, since the next run needs one to begin. */
  private async withRun<T>(work: (run: Run) => Promise<T>): Promise<T> {
    for (;;) {
      const { present } = this
      const run = await present.promise
      const done = await this.inTurn(async () => (this.present === present ? { value: await work(run) } : undefined))
      if (done) return done.value
    }
  }

  /** The same for whoever changes the other slot: while a trial runs that is the way home, and is not touched. */
  private besidesTrial<T>(work: (other: SlotName) => Promise<T>): Promise<T> {
    return this.withRun(async (run) => {
      if (this.isOnTrial(run)) throw new Fault('boot.trial')
      return await work(otherThan(run.slot))
    })
  }

  // The order matters: from the first step on the slot cannot be started.
  private async empty(slot: SlotName): Promise<void> {
    const { disk } = this.world
    if (this.state.trial) await this.keep({ ...this.state, trial: null })
    await removeFile(disk, manifestOf(slot))
    const file = await disk.open(imageOf(slot))
    try {
      await file.truncate(0)
    } finally {
      await file.close()
    }
  }

  private async keep(state: BootState): Promise<void> {
    await this.record.write(state)
    this.state = state
  }

  /** A disk that fails must not end the boot stage: then the state holds until the power goes. Returns the disk's error. */
  private async keepIfPossible(state: BootState): Promise<string | undefined> {
    try {
      await this.keep(state)
      return undefined
    } catch (error) {
      const why = diskErrorOf(error)
      if (why === undefined) throw error
      this.state = state
      return why
    }
  }

  private isOnTrial(run: Run): boolean {
    return this.state.trial?.slot === run.slot
  }

  private async contentOf(slot: SlotName): Promise<SlotContent | undefined> {
    try {
      const manifest = await readManifest(this.world.disk, slot, this.config.bootKeysPem)
      const { product, version, releaseCounter, sha256, lengthBytes, securityCounter } = manifest
      return { product, version, releaseCounter, sha256, lengthBytes, securityCounter }
    } catch (error) {
      if (error instanceof Fault) return undefined
      throw error
    }
  }

  private async requirements(): Promise<Requirements> {
    const { hardwareId, bootKeysPem } = this.config
    return { hardwareId, bootKeysPem, floor: await this.floor() }
  }

  private async floor(): Promise<number> {
    return Math.max(await this.world.counter.read(), this.state.floorDue)
  }
}

function newPromise<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>()
  // It may be that nobody waits for it.
  made.promise.catch(() => undefined)
  return made
}
