// Durations as people write them on a command line: `30s`, `10m`, `24h`, `1h30m`.

import { UsageError } from './usage-error.ts'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const DURATION = /^(?:\d+(?:ms|s|m|h|d))+$/
const PART = /(\d+)(ms|s|m|h|d)/g

/** @throws {UsageError} on anything else, a bare number included: nobody can say of what it is a number */
export function parseDurationMs(text: string): number {
  const durationMs = DURATION.test(text)
    ? [...text.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? NaN), 0)
    : NaN
  if (!Number.isSafeInteger(durationMs))
    throw new UsageError(`not a duration: ${text}`, 'write it like 30s, 10m, 24h or 1h30m')
  return durationMs
}
