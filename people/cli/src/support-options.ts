// The support dates of a product, as options of a command.

import type { Support } from '@sealift/protocol'
import { option } from './command.ts'
import { parseMilestone } from './dates.ts'

export const supportOptions = {
  available: option('--available <date>', 'first sold on', parseMilestone),
  endOfSales: option('--end-of-sales <date>', 'sold until', parseMilestone),
  endOfSecuritySupport: option('--end-of-security-support <date>', 'security updates until', parseMilestone),
  endOfLife: option('--end-of-life <date>', 'looked after until', parseMilestone),
} as const

export type SupportValues = { readonly [Name in keyof typeof supportOptions]: string | undefined }

/** True when any date was given. */
export function hasSupport(values: SupportValues): boolean {
  return (Object.keys(supportOptions) as (keyof SupportValues)[]).some((name) => values[name] !== undefined)
}

/** What was said over what was known; a date that nobody ever said is not yet announced. */
export function supportOf(values: SupportValues, known: Support | undefined, nowMs: number): Support {
  return {
    general_availability: values.available ?? known?.general_availability ?? 'tba',
    end_of_sales: values.endOfSales ?? known?.end_of_sales ?? 'tba',
    end_of_security_support: values.endOfSecuritySupport ?? known?.end_of_security_support ?? 'tba',
    end_of_life: values.endOfLife ?? known?.end_of_life ?? 'tba',
    last_updated: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}
