// Figures as a person reads them: bytes, durations, moments, shares.

const KIBI = 1024

/** `1.4 MiB`; three significant digits at most. */
export function bytes(count: number): string {
  if (count < KIBI) return `${count} B`
  const power = Math.min(Math.floor(Math.log2(count) / 10), 5)
  const scaled = count / KIBI ** power
  return `${scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)} ${'KMGTP'[power - 1]}iB`
}

/** The two largest parts: `2 d 3 h`, `1 min 5 s`, `340 ms`. */
export function duration(durationMs: number): string {
  const roundMs = Math.round(durationMs)
  if (roundMs < 1000) return `${roundMs} ms`
  const seconds = Math.floor(roundMs / 1000)
  const parts: [count: number, unit: string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

/** `2026-03-01 10:00:00Z`: the same for every reader, whatever the time zone. */
export function moment(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** `3 min ago`, `in 2 d`. */
export function away(atMs: number, nowMs: number): string {
  if (Math.abs(atMs - nowMs) < 1000) return 'now'
  return atMs < nowMs ? `${duration(nowMs - atMs)} ago` : `in ${duration(atMs - nowMs)}`
}

/** `12 %`, `0.4 %`: one digit after the point below ten, and never 0 or 100 for what is only nearly so. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.1) return '< 0.1 %'
  if (value < 100 && value > 99.9) return '> 99.9 %'
  return `${value < 10 ? Number(value.toFixed(1)) : Math.floor(value)} %`
}
