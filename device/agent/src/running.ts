// What the slots hold, as the boot stage says.

import assert from 'node:assert/strict'
import type { BootView, SlotContent } from '@sealift/boot-control'
import type { Work } from './journal.ts'

/** The boot stage started it, so it has verified its manifest. */
export function runningOf(view: BootView): SlotContent {
  const content = view.slots[view.running]
  assert(content, 'the running slot has no boot manifest')
  return content
}

export function otherOf(view: BootView): SlotContent | undefined {
  return view.slots[view.running === 'a' ? 'b' : 'a']
}

/** The same bytes under the same version: the same bytes may be released again with higher counters. */
export function holds(content: SlotContent | undefined, work: Pick<Work, 'sha256' | 'release'>): boolean {
  return (
    content?.sha256 === work.sha256 &&
    content.version === work.release.version &&
    content.securityCounter === work.release.securityCounter
  )
}

/** One run of one image: changes with every start of the boot stage and with every other image. */
export function runOf(view: BootView): string {
  return `${view.bootCount}/${view.running}/${runningOf(view).sha256}`
}
