// Builds the operators' console when its sources are newer than what was built. Says so on stderr: stdout may be a program's answer.

import { statSync } from 'node:fs'
import { run } from './run.ts'
import { filesIn, ROOT, read } from './sources.ts'

const BUILT = 'people/console/dist/index.html'
const MADE_FROM = ['people/console', 'ground/protocol/src']

if (isStale()) {
  const { code, output, seconds } = await run('vite build people/console')
  if (code !== 0) console.error(output)
  console.error(`${code === 0 ? 'built' : 'FAILED'} console (${seconds.toFixed(1)} s)`)
  process.exitCode = code
}

function isStale(): boolean {
  if (read(BUILT) === undefined) return true
  const builtMs = changedMs(BUILT)
  return MADE_FROM.flatMap((folder) => filesIn(folder, true)).some((path) => changedMs(path) > builtMs)
}

function changedMs(path: string): number {
  return statSync(ROOT + path).mtimeMs
}
