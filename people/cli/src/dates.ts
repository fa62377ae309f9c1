// Dates as people write them on a command line.

import { UsageError } from './usage-error.ts'

/** `2030-12-31` as the instant at which that day begins in UTC; `tba` stays. Form of OpenEoX Core 1.0. @throws {UsageError} */
export function parseMilestone(text: string): string {
  if (text === 'tba') return text
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  if (isInstant(instant)) return instant
  throw new UsageError(
    `not a date: ${text}`,
    'write it like 2030-12-31, 2030-12-31T23:59:59Z, or tba for not yet announced',
  )
}

// Date.parse takes February 30 for March 1 or 2; what comes back must be the day that went in.
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(text)) return false
  const atMs = Date.parse(text)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, 10) === text.slice(0, 10)
}
