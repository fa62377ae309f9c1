// The boot stage as a child process, as the agent starts it.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { realDisk } from '@sealift/world/real'
import type { BootControl } from './boot-control.ts'
import { portOf } from './real-port.ts'
import { remoteBootControl } from './remote-boot-control.ts'

export type BootStageProcess = {
  readonly control: BootControl
  readonly pid: number
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<{ readonly exitCode?: number; readonly signal?: string }>
  /** Ends the image and the boot stage. */
  stop(): Promise<void>
}

const STOP_TIME_LIMIT_MS = 10_000

/**
 * Starts the boot stage of a device's folder, and with it an image. It ends with its parent, and the image with it.
 * @throws {Fault} `boot.state`, `boot.gone`, `keep.missing`, `keep.damaged`, `keep.busy`
 */
export async function startBootStage(folder: string): Promise<BootStageProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = fork(main, [folder], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit').then((ended) => endOf(...(ended as [number | null, string | null])))
  const stop = async () => {
    if (child.connected) child.disconnect()
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIME_LIMIT_MS)
    await exited
    clearTimeout(late)
  }
  try {
    const control = await remoteBootControl(portOf(child), realDisk(folder))
    return { control, pid: child.pid ?? 0, exited, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function endOf(exitCode: number | null, signal: string | null): Awaited<BootStageProcess['exited']> {
  return { ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) }
}
