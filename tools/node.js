// Runs a program of this checkout, and whatever that starts, on the Node that came with it. Plain enough for Node 20.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { isNewEnough, newerNode } from '@sealift/cli/newer-node'

const node = newerNode() ?? (isNewEnough() ? process.execPath : undefined)
if (node === undefined) {
  process.stderr.write('The Node that comes with the project is not installed: run `npm ci` with optional packages.\n')
  process.exitCode = 1
} else {
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, PATH: path } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A shell reads 128 + n as "ended by signal n".
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
