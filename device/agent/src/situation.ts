// What there is to say about the present state, once. What a step did is reported by that step. Pure.

import type { BootView } from '@sealift/boot-control'
import type { ReportEvent } from '@sealift/protocol'
import type { Journal } from './journal.ts'
import type { Permission } from './permission.ts'
import type { Saying } from './report.ts'
import { runningOf, runOf } from './running.ts'

const WAITING = {
  ask: { event: 'awaiting-owner', whyNot: 'awaiting_owner' },
  refused: { event: 'owner-refused', whyNot: 'owner_refused' },
  deferred: { event: 'owner-deferred', whyNot: 'owner_deferred' },
} as const satisfies Record<Exclude<Permission['word'], 'go'>, { event: ReportEvent; whyNot: Saying['whyNot'] }>

/** Undefined while work goes on, and before the director has said anything. */
export function situationOf(
  view: BootView,
  journal: Pick<Journal, 'word' | 'work'>,
  permission: Permission | undefined,
): Saying | undefined {
  const { work, word } = journal
  if (view.trial) {
    const { version, sha256 } = runningOf(view)
    return { event: 'booted', step: 'confirm', release: { version, sha256 } }
  }
  if (work && permission && permission.word !== 'go') {
    const release = { version: work.release.version, sha256: work.sha256 }
    return { ...WAITING[permission.word], step: 'verify', release }
  }
  return word?.whyNot ? { event: 'idle', step: 'rest', whyNot: word.whyNot } : undefined
}

/** Two situations with the same key are one and the same: each start of an image is one of its own. */
export function keyOf(view: BootView, situation: Saying): string {
  const { event, whyNot, release } = situation
  return [runOf(view), event, whyNot ?? '', release?.sha256 ?? ''].join(' ')
}
