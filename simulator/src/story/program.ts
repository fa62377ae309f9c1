// Programs of ours as real processes: started, watched for their first words, stopped, and never left behind.

import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SEALIFT = fileURLToPath(import.meta.resolve('@sealift/cli/bin'))

export type Env = Readonly<Record<string, string>>

/** A command that failed: its words and its exit code. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly exitCode: number | null

  constructor(args: readonly string[], exitCode: number | null, words: string) {
    super(`sealift ${args.join(' ')} ended with ${exitCode}\n${words}`)
    this.exitCode = exitCode
  }
}

/** Run `sealift …` to its end and read the JSON document that it prints. @throws {CommandFailed} */
export async function sealift(args: readonly string[], env: Env): Promise<unknown> {
  const child = start(args, env)
  const output = collect(child.stdout)
  const errors = collect(child.stderr)
  const exitCode = await ended(child)
  if (exitCode !== 0) throw new CommandFailed(args, exitCode, `${await errors}${await output}`)
  const text = await output
  return text.trim() === '' ? undefined : JSON.parse(text)
}

/** A program that goes on until it is stopped. */
export class Program {
  readonly name: string
  private readonly child: ChildProcess
  private readonly end: Promise<number | null>
  private words = ''

  /** @param logFile  where everything goes that it says */
  constructor(name: string, args: readonly string[], env: Env, logFile: string) {
    this.name = name
    this.child = start(args, env)
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
    this.end = ended(this.child)
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.words = (this.words + chunk).slice(-WORDS_KEPT)
        log.write(chunk)
      })
    }
  }

  /** The first line of its standard output that is JSON. Rejects when the program ends before. */
  async firstJsonLine(): Promise<unknown> {
    const { stdout } = this.child
    if (!stdout) throw new Error('no standard output')
    return new Promise((resolve, reject) => {
      let text = ''
      stdout.on('data', (chunk: string) => {
        text += chunk
        const line = text
          .split('\n')
          .slice(0, -1)
          .find((each) => each.startsWith('{'))
        if (line !== undefined) resolve(JSON.parse(line))
      })
      void this.end.then((code) => reject(new Error(`${this.name} ended with ${code}\n${this.words}`)))
    })
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** The last words of a program, for a person who must find out why it ended. */
  get lastWords(): string {
    return this.words
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.end
  }

  /** Asks it to end; after a time it is not asked any more. */
  async stop(): Promise<void> {
    if (this.running) this.child.kill('SIGTERM')
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS)
    await this.end
    clearTimeout(timer)
  }
}

const WORDS_KEPT = 16_384
const STOP_MS = 10_000

function start(args: readonly string[], env: Env): ChildProcess {
  return spawn(process.execPath, [SEALIFT, ...args], {
    // The channel carries no word: that it closes tells what we started that we were killed, and it ends too.
    env: { ...process.env, ...env, SEALIFT_LAUNCHED: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

async function collect(stream: ChildProcess['stdout']): Promise<string> {
  let text = ''
  for await (const chunk of stream?.setEncoding('utf8') ?? []) text += String(chunk)
  return text
}

async function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
}
