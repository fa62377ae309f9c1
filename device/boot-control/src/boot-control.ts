// What every bootloader must be able to do for the agent: two slots, one trial, one way home.

import type { DiskFile } from '@sealift/world'

export type SlotName = 'a' | 'b'

/** What is in a slot, by its boot manifest; the bytes are checked when the boot stage starts it. */
export type SlotContent = {
  readonly product: string
  readonly version: string
  readonly sha256: string
  readonly lengthBytes: number
  /** Orders the releases of a product; the agent refuses to go below the running one. */
  readonly releaseCounter: number
  readonly securityCounter: number
}

/** Why a slot was given up: the trial of a new image, or a kept image that went bad in its slot. A fault code. */
export type TrialEnd = {
  readonly slot: SlotName
  readonly sha256: string
  readonly code: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

export type BootView = {
  /** Slot that runs now. */
  readonly running: SlotName
  /** True while the running slot is on trial: not yet confirmed. */
  readonly trial: boolean
  /** What the running image last said of itself; undefined while it starts, and when it has not answered lately. */
  readonly healthy: boolean | undefined
  readonly slots: Readonly<Record<SlotName, SlotContent | undefined>>
  /** What was given up last, until the next `arm`; undefined when there was none. */
  readonly fellBack: TrialEnd | undefined
  /** Grows by one with each start of an image: power-up, restart, fall-back, a crash outside a trial. */
  readonly bootCount: number
  /** Security counter below which nothing is started. */
  readonly floor: number
}

/** One driver is one file. The agent knows only this. Faults are those of the stage boot; disk errors come as they are. */
export interface BootControl {
  /** As it is now; while an image is being exchanged, as it is after that. */
  look(): Promise<BootView>
  /** Length of the largest image that a slot holds, in bytes. */
  readonly slotLengthBytesMax: number
  /**
   * Opens the slot that does not run, for writing.
   *
   * @param keep  false: the slot is disarmed and its boot manifest removed, durably, so that it cannot be started
   *              meanwhile; then it is emptied. true: it is left as it is, for an interrupted write that goes on, or to read it back
   * @throws {Fault} `boot.trial` while a trial runs: then the other slot is the way home
   */
  openOther(keep: boolean): Promise<DiskFile>
  /**
   * Writes the boot manifest of the other slot durably; the image must be whole and synced.
   * @throws {Fault} `boot.manifest`, `boot.trial`
   */
  seal(bootManifest: string): Promise<void>
  /**
   * Next start tries the other slot. Durable when it returns.
   * @throws {Fault} `boot.manifest`, `boot.hardware`, `boot.floor`, `boot.digest` when that slot could not be started; `boot.trial`
   */
  arm(): Promise<void>
  /** Ends the run of the present image and starts as armed. */
  restart(): Promise<void>
  /**
   * Keep the running slot, and raise the floor to its security counter. Durable when it returns. Nothing to do when no trial runs.
   * @throws {Fault} `confirm.unhealthy` when the image does not say that it is well
   */
  confirm(): Promise<void>
  /** Give up the trial, durably, and start the old slot. Nothing to do when no trial runs and nothing is armed. */
  fallBack(code: string, facts: Readonly<Record<string, string | number | boolean>>): Promise<void>
}
