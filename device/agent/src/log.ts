// What the agent says of itself while it works. No secret is ever a fact.

import type { Facts } from '@sealift/protocol'

/** From the most talkative to the most silent. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type Log = (level: LogLevel, event: string, facts?: Facts) => void

export const silent: Log = () => undefined
