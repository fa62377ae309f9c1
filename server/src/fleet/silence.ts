// From when on a device that said nothing counts as silent.

import type { House } from '../house.ts'

const SILENT_POLLS = 3

/** Devices last heard of before this moment are silent. None is while the server has not listened for so long itself. */
export function silentBeforeMs({
  clock,
  settings,
  startedAtMs,
}: Pick<House, 'clock' | 'settings' | 'startedAtMs'>): number {
  const beforeMs = clock.nowMs() - SILENT_POLLS * settings.pollMs
  return beforeMs < startedAtMs ? 0 : beforeMs
}
