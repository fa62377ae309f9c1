// The agent as a program: `node main.ts DEVICE-FOLDER [--log-level LEVEL]`.

import { parseArgs } from 'node:util'
import { Fault } from '@sealift/protocol'
import { LOG_LEVELS } from './log.ts'
import { runDevice } from './real-device.ts'
import { stderrLog } from './real-log.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'log-level': { type: 'string', default: 'info' } },
})
const [folder] = positionals
const level = LOG_LEVELS.find((known) => known === values['log-level'])

if (folder === undefined || level === undefined) {
  process.stderr.write(`usage: node main.ts DEVICE-FOLDER [--log-level ${LOG_LEVELS.join('|')}]\n`)
  process.exitCode = 2
} else {
  const off = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => off.abort())
  const log = stderrLog(level)
  try {
    await runDevice(folder, { signal: off.signal, log })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    log('error', 'agent.refused', { code: error.code, ...error.facts })
    process.exitCode = 1
  }
}
