// A device as a process: it holds its folder, and is the power of its boot stage.

import { type BootStageProcess, startBootStage } from '@sealift/boot-control/real'
import { Fault } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { lockFolder, type RealNetwork, realChance, realClock, realDisk, realNetwork } from '@sealift/world/real'
import type { Habits } from './agent.ts'
import { readDeviceFile, requireFile } from './device-file.ts'
import { FILES } from './folder.ts'
import type { Log } from './log.ts'
import { stderrLog } from './real-log.ts'
import { runAgent } from './run.ts'

export type RunDeviceOptions = {
  /** Ends agent, boot stage and image, in order. */
  readonly signal: AbortSignal
  /** One line of JSON per event on stderr when not given. */
  readonly log?: Log
  readonly habits?: Partial<Habits>
}

/** The power stays off for so long; longer, up to a minute, when the boot stage ends again and again. */
const POWER_CYCLE_MS = 1_000
const POWER_CYCLE_MS_MAX = 60_000
/** A boot stage that lived so long has not failed at once. */
const LIVED_MS = 30_000

const clock = realClock()
const chance = realChance()

/**
 * Run the device in `folder` until `signal` aborts. The boot stage is a process of its own; when it ends, the device is
 * power-cycled: everything goes on from what is on the disk.
 *
 * @throws {Fault} `keep.missing` before enrolment, `keep.busy` while another agent holds the folder, `keep.damaged`,
 *                 `boot.no-slot` and `boot.state` when the device must be provisioned again
 */
export async function runDevice(folder: string, options: RunDeviceOptions): Promise<void> {
  const disk = realDisk(folder)
  if (!(await readDeviceFile(disk))) throw new Fault('keep.missing', { folder, file: FILES.device })
  const { signal, log = stderrLog() } = options
  const lock = await lockFolder(folder)
  try {
    for (let failures = 0; !signal.aborted; ) {
      const startedMs = clock.elapsedMs()
      if ((await live(folder, disk, { ...options, log })) === 'stopped') return
      failures = clock.elapsedMs() - startedMs < LIVED_MS ? failures + 1 : 0
      log('warn', 'boot-stage.ended', { failures })
      await clock.sleep(Math.min(POWER_CYCLE_MS * 2 ** failures, POWER_CYCLE_MS_MAX), signal)
    }
  } finally {
    await lock.release()
  }
}

// From power on until the boot stage ends, or we are told to stop.
async function live(
  folder: string,
  disk: Disk,
  options: RunDeviceOptions & { readonly log: Log },
): Promise<'stopped' | 'gone'> {
  const network = await networkOf(disk)
  const stage = await startBootStage(folder)
  const off = offWith(options.signal, stage)
  try {
    const world = { clock, chance, disk, network }
    await runAgent({ ...options, world, boot: stage.control, signal: off })
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'boot.gone')) throw error
  } finally {
    network.close()
    await stage.stop()
  }
  return options.signal.aborted ? 'stopped' : 'gone'
}

// A request to the server may outlast the boot stage: it is of no use then.
function offWith(signal: AbortSignal, stage: BootStageProcess): AbortSignal {
  const gone = new AbortController()
  void stage.exited.then(() => gone.abort())
  return AbortSignal.any([signal, gone.signal])
}

async function networkOf(disk: Disk): Promise<RealNetwork> {
  const text = async (name: string) => Buffer.from(await requireFile(disk, name)).toString('utf8')
  const identity = { keyPem: await text(FILES.key), certificatePem: await text(FILES.certificate) }
  return realNetwork({ caPem: await text(FILES.serverCa), identity })
}
