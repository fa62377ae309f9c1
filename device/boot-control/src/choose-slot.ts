// Find the slot to start: ask the decision, verify what it wants to know, ask again.

import { Fault } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import type { SlotName } from './boot-control.ts'
import { type BootState, shortened } from './boot-state.ts'
import { type BootStep, nextBoot, type Verdict } from './next-boot.ts'
import { type Requirements, verifySlot } from './verify-slot.ts'

export type StartStep = Extract<BootStep, { do: 'start' }>

/** @throws {Fault} `boot.no-slot` with the reason for each slot */
export async function chooseSlot(disk: Disk, state: BootState, required: Requirements): Promise<StartStep> {
  const verdicts: Partial<Record<SlotName, Verdict>> = {}
  for (;;) {
    const step = nextBoot(state, verdicts)
    if (step.do === 'start') return step
    if (step.do === 'halt') throw new Fault('boot.no-slot', step.codes)
    verdicts[step.slot] = await judgeSlot(disk, step.slot, required)
  }
}

async function judgeSlot(disk: Disk, slot: SlotName, required: Requirements): Promise<Verdict> {
  try {
    const { sha256, version } = await verifySlot(disk, slot, required)
    return { fit: true, sha256, version }
  } catch (error) {
    if (error instanceof Fault) return { fit: false, code: error.code, facts: shortened(error.facts) }
    throw error
  }
}
