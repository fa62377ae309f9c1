// Numbers as people read them: counts with their noun, shares, sizes.

const whole = new Intl.NumberFormat('en')
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const SIZES = ['B', 'kB', 'MB', 'GB', 'TB']

export function numberText(amount: number): string {
  return whole.format(amount)
}

/** `1 device`, `2,000 devices`. */
export function countText(amount: number, noun: string): string {
  return `${whole.format(amount)} ${noun}${amount === 1 ? '' : 's'}`
}

/** Never 0 % when there is something, never 100 % when something is missing. */
export function shareText(part: number, total: number): string {
  return percentText(sharePercent(part, total))
}

export function sharePercent(part: number, total: number): number {
  if (total <= 0 || part <= 0) return 0
  if (part >= total) return 100
  return Math.min(99, Math.max(1, Math.round((100 * part) / total)))
}

/** The space does not break, so that no line begins with a percent sign. */
export function percentText(percent: number): string {
  return `${fine.format(percent)}\u00a0%`
}

/** Decimal units, as image sizes are printed elsewhere. */
export function bytesText(lengthBytes: number): string {
  const power = lengthBytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(lengthBytes) / 3))
  return `${fine.format(lengthBytes / 1000 ** power)} ${SIZES[power]}`
}
