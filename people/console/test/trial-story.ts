// The story of `npm start` as a program of its own: a real server, real devices, and the link it prints.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleFolder } from '../src/folder.ts'

const STORY = fileURLToPath(new URL('../../../simulator/src/main.ts', import.meta.url))
const LINK = /https:\/\/\S+\/#\/sign-in\?link=\S+/
const GRACE_MS = 10_000

export class TrialStory implements AsyncDisposable {
  private readonly folder: string
  private readonly program: ChildProcess
  private readonly ended: Promise<unknown>
  private said = ''

  private constructor(folder: string, program: ChildProcess) {
    this.folder = folder
    this.program = program
    this.ended = new Promise((resolve) => {
      program.once('exit', resolve)
    })
    for (const stream of [program.stdout, program.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text
      })
    }
  }

  static async begin(devices: number): Promise<TrialStory> {
    assert(existsSync(join(consoleFolder, 'index.html')), 'the server serves what was built: run `npm run build` first')
    const folder = await mkdtemp(join(tmpdir(), 'sealift-story-'))
    const args = [STORY, '--devices', String(devices), '--folder', join(folder, 'story')]
    // A group of its own, so that its end is the end of its server and its devices too.
    return new TrialStory(folder, spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  /** Undefined until it is printed. */
  signInLink(): string | undefined {
    if (this.program.exitCode !== null) throw new Error(`the story ended early:\n${this.said}`)
    return LINK.exec(this.said)?.[0]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endGroup('SIGTERM')
    const patience = setTimeout(() => this.endGroup('SIGKILL'), GRACE_MS)
    await this.ended
    clearTimeout(patience)
    this.endGroup('SIGKILL')
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  private endGroup(signal: NodeJS.Signals): void {
    try {
      if (this.program.pid !== undefined) process.kill(-this.program.pid, signal)
    } catch {
      // Nobody of the group is left.
    }
  }
}
