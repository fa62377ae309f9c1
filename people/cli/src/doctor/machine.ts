// Is this machine fit: Node, its clock, space on its disk?

import { bytes, duration } from '../output/quantities.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

// The oldest Node that the tests run on; bin/newer-node.js holds the command to it.
const NODE_OLDEST = [26, 0] as const

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNewEnough = major > NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor >= NODE_OLDEST[1])
  if (isNewEnough) return ok('node', version)
  return fail('node', version, `use Node ${NODE_OLDEST.join('.')} or newer, or run \`npx sealift\` in the checkout`)
}

const MEBI = 2 ** 20
const FREE_BYTES_LOW = 1024 * MEBI
const FREE_BYTES_OUT = 64 * MEBI

export function judgeSpace(freeBytes: number): Finding {
  const seen = `${bytes(freeBytes)} free`
  if (freeBytes < FREE_BYTES_OUT) return fail('disk', seen, 'free some space: the server refuses uploads and reports')
  if (freeBytes < FREE_BYTES_LOW) return warn('disk', seen, 'free some space before the next large image')
  return ok('disk', seen)
}

// Metadata lives for a day at least; an hour of difference already makes some of it look old or new.
const SKEW_MS_CAREFUL = 60_000
const SKEW_MS_BAD = 3_600_000

/** @param skewMs  this machine's time minus the server's */
export function judgeClock(skewMs: number): Finding {
  const away = Math.abs(skewMs)
  if (away < SKEW_MS_CAREFUL) return ok('clock', 'the same as the server’s')
  const seen = `${duration(away)} ${skewMs > 0 ? 'ahead of' : 'behind'} the server’s`
  const next = 'set the time on both machines, by NTP'
  return away < SKEW_MS_BAD ? warn('clock', seen, next) : fail('clock', seen, next)
}
