// `sealift agent run`: the device's power is on until this ends.

import type { Habits, Log, LogLevel } from '@sealift/agent'
import { choice, command, option } from '../command.ts'
import { deviceFolder, requireDevice } from '../device-folder.ts'
import { parseDurationMs } from '../durations.ts'
import { paint } from '../output/paint.ts'
import { neutraliseJson, type SafeText, say } from '../output/safe-text.ts'
import { print } from '../output/terminal.ts'
import type { Session } from '../session.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

export const runAgent = command({
  summary: 'run a device: agent, boot stage and image, until it is stopped',
  more: `What the agent does is told on stdout, one line for each event; with --json each line is one JSON object. What the image
prints goes to stderr. Stopping it, in whatever way, is like cutting the power: the next run goes on where it was.`,
  arguments: {},
  options: {
    device: deviceFolder,
    level: choice('--level <level>', 'tell events from this level on', LEVELS, 'info'),
    settle: option('--settle <duration>', 'a new image must be well for so long before it is kept', parseDurationMs),
    trialLimit: option('--trial-limit <duration>', 'a new image not kept by then is given up', parseDurationMs),
  },
  writes: false,
  inOrg: false,
  examples: [
    'sealift agent run --device ./device-1',
    'sealift agent run --device ./device-1 --level debug --json',
    'sealift agent run --device ./device-1 --settle 2s   # for trying things out',
  ],
  async run(session, { device, level, settle, trialLimit }) {
    const signal = session.untilStopped()
    await requireDevice(device)
    const { runDevice } = await import('@sealift/agent')
    const habits: Partial<Habits> = {
      ...(settle !== undefined && { settleMs: settle }),
      ...(trialLimit !== undefined && { trialMsMax: trialLimit }),
    }
    await runDevice(device, { signal, log: logTo(session, level), habits })
    return undefined
  },
})

function logTo(session: Session, levelMin: LogLevel): Log {
  return (level, event, facts = {}) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(levelMin)) return
    const at = new Date(session.clock.nowMs()).toISOString()
    const line = { at, level, event, ...facts }
    if (session.json) session.terminal.writeOut(`${neutraliseJson(JSON.stringify(line))}\n`)
    else print(session.terminal, lineOf(line.at, level, event, Object.entries(facts)))
  }
}

const LEVEL_PAINT = { debug: paint.quiet, info: paint.good, warn: paint.careful, error: paint.bad } as const

function lineOf(at: string, level: LogLevel, event: string, facts: readonly (readonly [string, unknown])[]): SafeText {
  const words = facts.map(([name, value]) => `${name} ${String(value)}`).join(', ')
  return say`${paint.quiet(at.slice(11, 23))} ${LEVEL_PAINT[level](level.padEnd(5))} ${paint.strong(event)} ${words}`
}
