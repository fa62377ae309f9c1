// Images as processes of this machine.

import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '@sealift/world'
import { diskErrorOf } from './disk-error.ts'
import type { ImageEnd, ImageStart, Machine, RunningImage } from './machine.ts'
import { askHealth } from './real-health.ts'
import { imageOf } from './slot.ts'

export type RealMachineOptions = {
  /** The device's folder. */
  readonly folder: string
  readonly clock: Clock
  /** How long an image may take to end by itself when it is asked to. */
  readonly stopTimeLimitMs?: number
}

const STOP_TIME_LIMIT_MS = 3_000

// The image runs under a warden, a shell that leads a process group of its own. On descriptor 3 the warden's second half
// waits for the end of the boot stage, which closes it in whatever way it ends, SIGKILL included; then it kills the group.
// Neither Node nor POSIX offers another way to be sure that no image outlives its boot stage. (What leaves the group by
// setsid escapes; to hold that as well takes a cgroup.) The warden stays while its image obeys SIGTERM, so as to tell how it ended.
const WARDEN = `
  trap : TERM
  "$1" 3<&- &
  image=$!
  { trap '' TERM; read -r _; rm -rf -- "$2"; kill -KILL 0; } <&3 >/dev/null 2>&1 &
  while :; do
    wait "$image"
    code=$?
    kill -0 "$image" 2>/dev/null || exit "$code"
  done
`

/** The image is the program itself; it learns what it is and where its health is asked for from its environment. */
export function realMachine({ folder, clock, stopTimeLimitMs = STOP_TIME_LIMIT_MS }: RealMachineOptions): Machine {
  const root = resolve(folder)
  return {
    async start(start) {
      const image = join(root, imageOf(start.slot))
      try {
        await chmod(image, 0o700)
        // Nobody else may connect, or be there first.
        const room = await mkdtemp(join(tmpdir(), 'sealift-'))
        const socketPath = join(room, 'health')
        const warden = spawn('/bin/sh', ['-c', WARDEN, 'sealift-warden', image, room], {
          cwd: root,
          detached: true,
          env: environmentOf(root, socketPath, start),
          stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        })
        return runningImage(warden, room, socketPath, clock, stopTimeLimitMs)
      } catch (error) {
        const why = diskErrorOf(error)
        if (why === undefined) throw error
        return deadImage(why)
      }
    },
  }
}

// No room for its socket, no process to be had: the image ended at once, and the boot stage knows what to do then.
function deadImage(why: string): RunningImage {
  return {
    exited: Promise.resolve({ why }),
    health: async () => ({ answer: 'none', why }),
    stop: async () => undefined,
  }
}

// Nothing of our own environment but what any program needs: it may hold secrets.
function environmentOf(root: string, socketPath: string, { slot, version, deviceId }: ImageStart): NodeJS.ProcessEnv {
  const { HOME, LANG, TZ, PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env
  return {
    ...(HOME !== undefined && { HOME }),
    ...(LANG !== undefined && { LANG }),
    ...(TZ !== undefined && { TZ }),
    // For images that are programs of Node: ours is first.
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    SEALIFT_DEVICE_ID: deviceId,
    SEALIFT_DEVICE_DIR: root,
    SEALIFT_HEALTH_SOCKET: socketPath,
    SEALIFT_SLOT: slot,
    SEALIFT_VERSION: version,
  }
}

function runningImage(
  warden: ChildProcess,
  room: string,
  socketPath: string,
  clock: Clock,
  stopTimeLimitMs: number,
): RunningImage {
  const lastWords = lastWordsOf(warden.stderr as Readable)
  const exited = new Promise<ImageEnd>((settle) => {
    warden.once('error', (error) => settle({ why: error.message }))
    warden.once('exit', (code, signal) => settle(endOf(code, signal, lastWords())))
  })
  // With its image gone the warden's second half is left, and whatever the image has started.
  const cleared = exited.then(async () => {
    signalGroup(warden, 'SIGKILL')
    await rm(room, { recursive: true, force: true })
  })
  return {
    exited,
    health: (signal) => askHealth(socketPath, signal),
    async stop() {
      signalGroup(warden, 'SIGTERM')
      const over = new AbortController()
      const late = clock.sleep(stopTimeLimitMs, over.signal).then(() => signalGroup(warden, 'SIGKILL'))
      await Promise.race([exited, late])
      over.abort()
      await cleared
    },
  }
}

// A group whose last process has ended is no error.
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

// A shell tells the death of its child by a signal as 128 and the signal's number.
function endOf(code: number | null, signal: string | null, why: string): ImageEnd {
  const number = (code ?? 0) - 128
  const name = signal ?? Object.entries(constants.signals).find(([, value]) => value === number)?.[0]
  return {
    ...(name !== undefined ? { signal: name } : { exitCode: code ?? 0 }),
    ...(why !== '' && { why }),
  }
}

const WORDS_LENGTH_MAX = 4096

// The end of what it said on stderr, of which the last line that speaks of an error tells most.
function lastWordsOf(stderr: Readable): () => string {
  let words = ''
  stderr.setEncoding('utf8')
  stderr.on('data', (text: string) => {
    words = (words + text).slice(-WORDS_LENGTH_MAX)
  })
  return () => {
    const lines = words.split('\n').filter((line) => line.trim() !== '')
    return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 200)
  }
}
