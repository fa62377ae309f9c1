// Times and spans as people say them; the exact instant stands beside them in the page.

const DAY_MS = 86_400_000
const UNITS: readonly [ms: number, short: string, long: string][] = [
  [365.25 * DAY_MS, 'y', 'year'],
  [30.4375 * DAY_MS, 'mo', 'month'],
  [DAY_MS, 'd', 'day'],
  [3_600_000, 'h', 'hour'],
  [60_000, 'min', 'minute'],
  [1_000, 's', 'second'],
]

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

/** In the reader's own time zone. */
export function dateTimeText(atMs: number): string {
  return dateTime.format(atMs)
}

export function dateText(atMs: number): string {
  return date.format(atMs)
}

/** The two largest units of a span: `23 h 48 min`, `4 s`. */
export function spanText(durationMs: number): string {
  const first = UNITS.findIndex(([ms]) => durationMs >= ms)
  const unit = UNITS[first]
  if (!unit) return '0 s'
  const [ms, short] = unit
  const whole = Math.floor(durationMs / ms)
  const rest = UNITS[first + 1]
  const part = rest ? Math.floor((durationMs - whole * ms) / rest[0]) : 0
  return part > 0 && rest ? `${whole} ${short} ${part} ${rest[1]}` : `${whole} ${short}`
}

/** `just now`, `12 s ago`, `3 d ago`; a time to come is `in 3 d`. */
export function agoText(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs
  if (agoMs < -1_000) return `in ${roundText(-agoMs)}`
  return agoMs < 5_000 ? 'just now' : `${roundText(agoMs)} ago`
}

/** The largest unit of a span, written out: `3 years`, `1 month`. */
export function longSpanText(durationMs: number): string {
  const [ms, , long] = UNITS.find(([unitMs]) => durationMs >= unitMs) ?? [1_000, 's', 'second']
  const whole = Math.floor(durationMs / ms)
  return `${whole} ${long}${whole === 1 ? '' : 's'}`
}

function roundText(durationMs: number): string {
  const [ms, short] = UNITS.find(([unitMs]) => durationMs >= unitMs) ?? [1_000, 's']
  return `${Math.floor(durationMs / ms)} ${short}`
}
