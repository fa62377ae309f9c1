#!/usr/bin/env node
// Starts the sealift command; on a Node too old for it, starts the Node that came with the project and steps aside.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isNewEnough, NODE_OLDEST, newerNode } from './newer-node.js'

const SIGNALS_PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

if (isNewEnough()) {
  rememberCompiled()
  await import('../src/main.ts')
} else stepAside(newerNode())

// Halves the time of a start. In a folder that nobody else writes: a cache in /tmp would let others put code into ours.
function rememberCompiled() {
  const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))
  if (existsSync(modules)) module.enableCompileCache(`${modules}/.cache/sealift`)
}

function stepAside(node) {
  if (node === undefined) {
    process.stderr.write(`sealift: Node ${process.versions.node} is too old for it\n`)
    process.stderr.write(`next: run \`npm ci\` with optional packages, or use Node ${NODE_OLDEST.join('.')} or newer\n`)
    process.exitCode = 1
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The channel carries no word: that it closes tells the other side that we were killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SEALIFT_LAUNCHED: '1' },
  })
  for (const signal of SIGNALS_PASSED_ON) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`sealift: ${node} does not start: ${error.message}\n`)
    process.exitCode = 1
  })
  // A shell reads 128 + n as "ended by signal n".
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
