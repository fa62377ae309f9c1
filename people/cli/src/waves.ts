// Waves and percentages as people write them on a command line: `lab=3:10s`, `50%:1m`, `100%`.

import type { Wave, WaveSize } from '@sealift/protocol'
import { parseDurationMs } from './durations.ts'
import { UsageError } from './usage-error.ts'

// A wave is watched for a day unless said otherwise; behind the one that reaches all there is none to hold back.
const HOLD_MS = 86_400_000

const WAVE = /^(?:(?<name>[^=:]+)=)?(?<size>[^=:]+)(?::(?<hold>[^=:]+))?$/

/**
 * One wave: `[NAME=]SIZE[:HOLD]`, where SIZE is a number of devices, a percentage or `all`.
 * @throws {UsageError}
 */
export function parseWave(text: string): Wave {
  const { name, size: sizeText = '', hold } = WAVE.exec(text)?.groups ?? {}
  const size = parseSize(sizeText, text)
  return { name: name ?? nameOf(size), size, holdMs: hold === undefined ? holdMsOf(size) : parseDurationMs(hold) }
}

/** A share in percent: `1%`, `0.5 %` or `2`. @throws {UsageError} */
export function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text) ?? []
  const percent = Number(digits ?? NaN)
  if (!(percent >= 0 && percent <= 100)) throw new UsageError(`not a percentage: ${text}`, 'write it like 1% or 0.5%')
  return percent
}

function parseSize(size: string, wave: string): WaveSize {
  if (size === 'all') return { percent: 100 }
  if (size.endsWith('%')) {
    const percent = parsePercent(size)
    if (percent > 0) return { percent }
  }
  if (/^[1-9]\d{0,8}$/.test(size)) return { devices: Number(size) }
  throw new UsageError(`not a wave: ${wave}`, "write it like 'lab=10:24h', '25%:24h' or '100%'")
}

function nameOf(size: WaveSize): string {
  if ('devices' in size) return size.devices === 1 ? '1 device' : `${size.devices} devices`
  return size.percent === 100 ? 'all' : `${size.percent} %`
}

function holdMsOf(size: WaveSize): number {
  return 'percent' in size && size.percent === 100 ? 0 : HOLD_MS
}
