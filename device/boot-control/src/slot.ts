// The two slots: what they are called, and where their parts lie in the device's folder.

import type { SlotName } from './boot-control.ts'

/** The image itself: the file that is started. */
export function imageOf(slot: SlotName): string {
  return `slots/${slot}/image`
}

/** The signed boot manifest beside it; without it the slot is not started. */
export function manifestOf(slot: SlotName): string {
  return `slots/${slot}/manifest.json`
}

export function otherThan(slot: SlotName): SlotName {
  return slot === 'a' ? 'b' : 'a'
}
