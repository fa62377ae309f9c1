// The boot stage as a process: `node main.ts DEVICE_FOLDER`, started by the agent with a channel, and gone when that closes.

import { join } from 'node:path'
import { Fault } from '@sealift/protocol'
import { type FolderLock, lockFolder, realClock, realDisk } from '@sealift/world/real'
import { BootStage } from './boot-stage.ts'
import { openFileCounter } from './file-counter.ts'
import { realMachine } from './real-machine.ts'
import { portOf } from './real-port.ts'
import { serveBootControl } from './serve-boot-control.ts'

/** How long the boot stage before us may take to end, when its agent was killed and started again at once. */
const BUSY_MS_MAX = 20_000
const BUSY_LOOK_MS = 50

const clock = realClock()

async function lockWithPatience(folder: string): Promise<FolderLock> {
  for (const beginMs = clock.elapsedMs(); ; await clock.sleep(BUSY_LOOK_MS)) {
    try {
      return await lockFolder(folder)
    } catch (error) {
      const isBusy = error instanceof Fault && error.code === 'keep.busy'
      if (!isBusy || clock.elapsedMs() - beginMs > BUSY_MS_MAX) throw error
    }
  }
}

async function open(folder: string): Promise<BootStage> {
  await lockWithPatience(join(folder, 'boot'))
  const disk = realDisk(folder)
  const machine = realMachine({ folder, clock })
  return await BootStage.open({ clock, disk, machine, counter: openFileCounter(disk) })
}

async function main(folder: string): Promise<void> {
  const opening = open(folder)
  const end = () => void opening.then((stage) => stage.stop()).catch(() => undefined)
  // Ctrl-C in a terminal goes to us as well as to the agent: the agent decides.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', end)
  serveBootControl(opening, portOf(process), end)
  try {
    await (await opening).run()
    if (process.connected) process.disconnect?.()
  } catch (error) {
    // A fault is told to the agent, for as long as it asks. Anything else is a bug, and ends the process.
    if (!(error instanceof Fault)) throw error
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined || !process.connected) {
  process.stderr.write('usage: node main.ts DEVICE_FOLDER, started by the agent with a channel\n')
  process.exitCode = 2
} else await main(folder)
