// What runs an image: a process on this machine, or a tale in a test.

import type { SlotName } from './boot-control.ts'

export type ImageStart = {
  readonly slot: SlotName
  readonly version: string
  readonly deviceId: string
}

export interface Machine {
  /** Starts the image of a slot. An image that cannot be started is one that ended at once. */
  start(image: ImageStart): Promise<RunningImage>
}

export interface RunningImage {
  /** Asks the image how it is. It never rejects; `none` when `signal` aborts first. */
  health(signal: AbortSignal): Promise<Health>
  /** Resolves when the image ended by itself or by `stop`. */
  readonly exited: Promise<ImageEnd>
  /** Ends the image and everything it started; returns when nothing of it is left. */
  stop(): Promise<void>
}

/** `ill` includes an answer that is not of its form; `why` are the image's words, or what went wrong. */
export type Health =
  | { readonly answer: 'well' }
  | { readonly answer: 'ill'; readonly why: string }
  | { readonly answer: 'none'; readonly why: string }

/** How a run ended: an exit code, a signal's name, or neither when it could not be started; and its last words. */
export type ImageEnd = {
  readonly exitCode?: number
  readonly signal?: string
  readonly why?: string
}
