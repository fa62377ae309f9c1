// The log of a real agent: one line of JSON per event on stderr, for a journal or a person with jq.

import { LOG_LEVELS, type Log, type LogLevel } from './log.ts'

/** Events below `levelMin` are not written. */
export function stderrLog(levelMin: LogLevel = 'info'): Log {
  const rank = LOG_LEVELS.indexOf(levelMin)
  return (level, event, facts = {}) => {
    if (LOG_LEVELS.indexOf(level) < rank) return
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...facts })}\n`)
  }
}
