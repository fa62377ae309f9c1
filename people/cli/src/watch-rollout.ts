// Watch a rollout until it is where it was waited for, can no longer get there, or time is up.

import { PEOPLE_ROUTES, pathOf, type RolloutState, RolloutView } from '@sealift/protocol'
import type { Api } from './api.ts'
import type { Exit } from './exit-codes.ts'
import { clearLine, moveLine } from './output/moving-line.ts'
import { rolloutLine } from './output/rollout-lines.ts'
import { note } from './output/terminal.ts'
import type { Session } from './session.ts'

export type Watch = {
  readonly rollout: string
  /** Undefined: watch until it is at an end. */
  readonly waitFor: RolloutState | undefined
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined
}

const LOOK_MS = 1000

/** What the rollout was when the watch ended, and what that means for whoever waited. */
export async function watchRollout(
  session: Session,
  api: Api,
  watch: Watch,
): Promise<{ rollout: RolloutView; exit: Exit }> {
  const { clock } = session
  const stop = session.untilStopped()
  const path = pathOf(PEOPLE_ROUTES.rollout, { rollout: watch.rollout })
  const startMs = clock.elapsedMs()
  const show = showChanges(session)
  for (;;) {
    const rollout = await api.get(RolloutView, path)
    show.see(rollout)
    const leftMs = (watch.timeoutMs ?? Infinity) - (clock.elapsedMs() - startMs)
    const exit = endOf(rollout, watch.waitFor) ?? (leftMs <= 0 ? 'timeout' : undefined)
    if (exit !== undefined || stop.aborted) {
      show.end()
      return { rollout, exit: exit ?? 'ok' }
    }
    await clock.sleep(Math.min(LOOK_MS, leftMs), stop)
  }
}

const ENDS: readonly RolloutState[] = ['finished', 'stopped', 'aborted']

/** Undefined while it is worth waiting. */
export function endOf({ state, counts }: RolloutView, waitFor: RolloutState | undefined): Exit | undefined {
  if (state === waitFor && waitFor !== 'finished') return 'ok'
  if (state === 'finished') return counts.confirmed === 0 && counts.fellBack > 0 ? 'rolledBack' : endWell(waitFor)
  if (ENDS.includes(state)) return 'stopped'
  // Nothing goes on by itself from here, so nobody should wait for it.
  return state === 'paused' && waitFor !== undefined ? 'stopped' : undefined
}

// Finished is at an end, but not where somebody waited for, say, `paused`.
function endWell(waitFor: RolloutState | undefined): Exit {
  return waitFor === undefined || waitFor === 'finished' ? 'ok' : 'error'
}

// One line that changes in place on a terminal; a new line for each change elsewhere.
function showChanges({ terminal }: Session): { see(rollout: RolloutView): void; end(): void } {
  let last = ''
  return {
    see(rollout) {
      const line = rolloutLine(rollout)
      if (terminal.errIsTty) moveLine(terminal, line)
      else if (line.plain !== last) note(terminal, line)
      last = line.plain
    },
    end() {
      if (terminal.errIsTty) clearLine(terminal)
    },
  }
}
