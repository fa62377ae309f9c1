// Where a device stands in a rollout after its next report. Pure, and harmless when a report comes twice.

import { type DeviceOutcome, faultKind, isFaultCode, type Report } from '@sealift/protocol'

/** The part of a report that moves an outcome. */
export type Word = Pick<Report, 'event' | 'step' | 'running' | 'fault' | 'whyNot'>

export function isEnd(outcome: DeviceOutcome): boolean {
  return outcome === 'confirmed' || outcome === 'fell-back' || outcome === 'failed'
}

/**
 * @param outcome  so far; a silent device that speaks is silent no longer
 * @param sha256   of the release that the rollout brings
 *
 * An end (confirmed, fell-back, failed) is left only for another end: what a device did stays counted until an
 * operator has it tried again.
 */
export function outcomeAfter(outcome: DeviceOutcome, word: Word, sha256: string): DeviceOutcome {
  const said = saidBy(word, sha256)
  if (outcome === 'confirmed') return said === 'fell-back' ? said : outcome
  if (outcome === 'fell-back') return said === 'confirmed' ? said : outcome
  if (outcome === 'failed') return said === 'confirmed' || said === 'fell-back' ? said : outcome
  if (said !== undefined) return said
  return outcome === 'silent' ? 'offered' : outcome
}

function saidBy(word: Word, sha256: string): DeviceOutcome | undefined {
  switch (word.event) {
    case 'confirmed':
    case 'fell-back':
      return word.event
    case 'awaiting-owner':
    case 'owner-deferred':
      return 'awaiting-owner'
    case 'owner-refused':
      return 'refused-by-owner'
    // From here on the device goes to boot: a silence is a silence of the new image.
    case 'installed':
    case 'booted':
      return 'booting'
    case 'progress':
      return saidByStep(word.step)
    case 'refused':
      return saidByRefusal(word)
    // It rests, and runs the release: however it came to it, it is there.
    case 'idle':
      return word.running.sha256 === sha256 ? 'confirmed' : undefined
  }
}

function saidByStep(step: Report['step']): DeviceOutcome | undefined {
  switch (step) {
    case 'download':
    case 'verify':
    case 'install':
      return 'installing'
    case 'boot':
    case 'confirm':
      return 'booting'
    case 'rest':
    case 'check':
    case 'report':
      return undefined
  }
}

/** They blame the repositories, not the release: a publication half-way, a server restored from a backup. */
const NOT_OF_THE_RELEASE: readonly string[] = ['verify.rollback', 'verify.mix-and-match', 'verify.state']

// A fault that the device gets over by itself is no end, until it gives up. A code that we do not know is taken for one.
function saidByRefusal({ fault, whyNot }: Word): DeviceOutcome | undefined {
  if (fault?.code === 'confirm.refused') return 'refused-by-owner'
  if (whyNot === 'held_back' || !fault || !isFaultCode(fault.code)) return 'failed'
  const passes = faultKind(fault.code).retry !== 'never' || NOT_OF_THE_RELEASE.includes(fault.code)
  return passes ? undefined : 'failed'
}
