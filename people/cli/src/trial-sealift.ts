// The sealift command in a test: in this process where it ends by itself, as a process of its own where it goes on.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { realClock } from '@sealift/world/real'
import { runSealift } from './run.ts'
import { trialTerminal } from './trial-terminal.ts'

export type Env = Readonly<Record<string, string>>
export type Ended = { readonly exit: number; readonly out: string; readonly err: string }

export const LAUNCHER = fileURLToPath(import.meta.resolve('@sealift/cli/bin'))

/** Arguments that make this Node look like an older one to the launcher: it does not run TypeScript. */
export const AS_OLD_NODE: readonly string[] = [
  '--import',
  "data:text/javascript,Object.defineProperty(process.features,'typescript',{value:false})",
]

/** Runs a command in this process. */
export async function sealift(args: readonly string[], env: Env): Promise<Ended> {
  const terminal = trialTerminal({ env })
  const exit = await runSealift(args, {
    terminal,
    clock: async () => realClock(),
    untilStopped: () => new AbortController().signal,
  })
  return { exit, out: terminal.out(), err: terminal.err() }
}

/** Runs a command in a process of its own, to its end. */
export async function sealiftProcess(args: readonly string[], env: Env): Promise<Ended> {
  const program = startSealift(args, env)
  const exit = await program.ended
  return { exit, out: program.out(), err: program.err() }
}

export type Program = {
  /** The exit code; 128 and more for a signal. */
  readonly ended: Promise<number>
  out(): string
  err(): string
  /** The first line on stdout. Rejects when there is none. */
  readonly firstLine: Promise<string>
  kill(signal: NodeJS.Signals): void
}

export function startSealift(
  args: readonly string[],
  env: Env,
  nodeArgs: readonly string[] = [],
  launcher: string = LAUNCHER,
): Program {
  const child = spawn(process.execPath, [...nodeArgs, launcher, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  })
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? 128)
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => out().includes('\n') && resolve(out().split('\n')[0] ?? ''))
    void ended.then((code) => reject(new Error(`ended with ${code}: ${err()}`)))
  })
  firstLine.catch(() => undefined)
  return { ended, out, err, firstLine, kill: (signal) => void child.kill(signal) }
}

function collect(stream: NonNullable<ChildProcess['stdout']>): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}
