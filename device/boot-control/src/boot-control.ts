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

/** Why a trial ended badly; a fault code of the stages boot or confirm. */
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
  /** True when the running image says it is well; undefined while it starts or nothing was asked yet. */
  readonly healthy: boolean | undefined
  readonly slots: Readonly<Record<SlotName, SlotContent | undefined>>
  /** The last trial that was given up, until the next `arm`; undefined when there was none. */
  readonly fellBack: TrialEnd | undefined
  /** Grows by one with each start of the boot stage. */
  readonly bootCount: number
  /** Security counter below which nothing is started. */
  readonly floor: number
}

/** One driver is one file. The agent knows only this. */
export interface BootControl {
  /** As it is now. */
  look(): Promise<BootView>
  /** Length of the largest image that a slot holds, in bytes. */
  readonly slotLengthBytesMax: number
  /**
   * Opens the slot that does not run, for writing from the start, and makes sure it cannot be started meanwhile:
   * its boot manifest is removed durably first, unless `keep` is set because an interrupted write goes on.
   */
  openOther(keep: boolean): Promise<DiskFile>
  /** Writes the boot manifest of the other slot durably; the image must be whole and synced. */
  seal(bootManifest: string): Promise<void>
  /** Next start tries the other slot, once. Durable when it returns. */
  arm(): Promise<void>
  /** Ends the run of the present image and starts as armed. Returns when the request is durable; a process may end first. */
  restart(): Promise<void>
  /** Keep the running slot, and raise the floor to its security counter. Durable when it returns. */
  confirm(): Promise<void>
  /** Give up the trial: next start is the old slot. */
  fallBack(code: string, facts: Readonly<Record<string, string | number | boolean>>): Promise<void>
}
