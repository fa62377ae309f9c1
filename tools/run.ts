// Runs another program of this checkout, and says how it went and how long it took.

import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { ROOT } from './sources.ts'

export type Run = {
  readonly code: number
  /** What the program wrote, both streams in the order they came; empty when it wrote to the terminal itself. */
  readonly output: string
  readonly seconds: number
}

/**
 * @param command  a program and its arguments, in one line without quotes
 * @param aloud    let it write to our own terminal instead of keeping its output
 */
export function run(command: string, aloud = false): Promise<Run> {
  const [program = '', ...args] = command.split(' ')
  const startedMs = performance.now()
  const { promise, resolve } = Promise.withResolvers<Run>()
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: aloud ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    // Tools of the checkout come first, whoever starts us, and with them its own Node.
    env: { ...process.env, PATH: `${ROOT}node_modules/.bin${delimiter}${process.env['PATH'] ?? ''}` },
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const end = (code: number, words: string) =>
    resolve({ code, output: Buffer.concat(chunks).toString() + words, seconds: (performance.now() - startedMs) / 1000 })
  child.on('error', (error) => end(1, `${program}: ${error.message}\n`))
  child.on('close', (code, signal) => end(code ?? 1, signal ? `${program}: ended by ${signal}\n` : ''))
  return promise
}
