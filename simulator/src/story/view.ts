// How the story is told: a table that moves on a terminal, plain lines elsewhere.

import { stripVTControlCharacters } from 'node:util'
import type { DeviceView } from '@sealift/protocol'

/** Where words go. On a terminal the table below them is drawn anew. */
export type Stage = {
  /** A sentence that stays. */
  say(sentence: string): void
  /** The fleet as it is now. */
  show(devices: readonly DeviceView[]): void
  end(): void
}

export type Output = {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export function stageOn(output: Output): Stage {
  return output.isTTY === true ? movingStage(output) : plainStage(output)
}

// How long the story has been going on, in front of each sentence.
function stopwatch(): () => string {
  const startMs = performance.now()
  return () => `${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  `
}

function movingStage(output: Output): Stage {
  const since = stopwatch()
  let drawn = 0
  let last: readonly DeviceView[] = []
  const draw = () => {
    const lines = table(last).map((line) => line.slice(0, (output.columns ?? 100) - 1))
    output.write(`${drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : ''}${lines.map((line) => `${line}\n`).join('')}`)
    drawn = lines.length
  }
  return {
    say(sentence) {
      output.write(`${drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : ''}${since()}${sentence}\n`)
      drawn = 0
      draw()
    },
    show(devices) {
      last = devices
      draw()
    },
    end() {
      drawn = 0
    },
  }
}

function plainStage(output: Output): Stage {
  const since = stopwatch()
  const told = new Map<string, string>()
  return {
    say: (sentence) => void output.write(`${since()}${sentence}\n`),
    show(devices) {
      for (const device of devices) {
        const line = [device.id, device.running?.version ?? '-', stateOf(device)].join('  ')
        if (told.get(device.id) === line) continue
        told.set(device.id, line)
        output.write(`          ${line}\n`)
      }
    },
    end: () => undefined,
  }
}

/** One line a device: name, version, stage, progress, and what is wrong or awaited. */
function table(devices: readonly DeviceView[]): readonly string[] {
  if (devices.length === 0) return []
  const width = Math.max(6, ...devices.map(({ id }) => id.length))
  const head = `  ${'device'.padEnd(width)}  runs      stage     progress`
  return [head, ...devices.map((device) => row(device, width))]
}

function row(device: DeviceView, width: number): string {
  const version = (device.running?.version ?? '-').padEnd(8)
  return `  ${device.id.padEnd(width)}  ${version}  ${device.step.padEnd(8)}  ${bar(device.progress)}  ${noteOf(device)}`
}

function bar(progress: DeviceView['progress']): string {
  if (!progress || progress.ofBytes === 0) return ' '.repeat(16)
  const share = Math.min(1, progress.doneBytes / progress.ofBytes)
  const full = Math.round(share * 10)
  return `${'█'.repeat(full)}${'░'.repeat(10 - full)} ${String(Math.round(share * 100)).padStart(3)} %`
}

function stateOf(device: DeviceView): string {
  return [device.step, noteOf(device)].filter((word) => word !== '').join('  ')
}

// Facts come from devices: nothing in them may move the cursor.
function noteOf(device: DeviceView): string {
  if (device.fault) {
    const why = device.fault.facts['why']
    return stripVTControlCharacters(`${device.fault.code}${why === undefined ? '' : `: ${why}`}`).replaceAll('\n', ' ')
  }
  return device.whyNot === null || device.whyNot === 'up_to_date' ? '' : device.whyNot
}
