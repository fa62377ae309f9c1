// The launcher in bin/, as real processes.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const LAUNCHER = fileURLToPath(import.meta.resolve('@sealift/cli/bin'))

// As an older Node looks to the launcher: it does not run TypeScript.
const AS_OLD_NODE = [
  '--import',
  `data:text/javascript,Object.defineProperty(process.features,'typescript',{value:false})`,
]

test.each([
  ['a Node that runs the sources', []],
  ['an older Node, which hands over to the one of the project', AS_OLD_NODE],
])('starts on %s', async (_story, nodeArgs) => {
  const { code, out } = await run(nodeArgs, ['--version'])
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
})

test('starts through a link, as npm puts one into node_modules/.bin', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-launcher-'))
  const link = join(folder, 'sealift')
  await symlink(LAUNCHER, link)
  try {
    expect((await run(AS_OLD_NODE, ['--version'], link)).code).toBe(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('arguments, both streams and the exit code pass through', async () => {
  const { code, out, err } = await run(AS_OLD_NODE, ['device', 'show', 'two words', '--org', '/nowhere'])
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('(keep.missing)')
  expect((await run(AS_OLD_NODE, ['relase'])).code).toBe(2)
})

async function run(nodeArgs: readonly string[], args: readonly string[], launcher = LAUNCHER) {
  const child = start(nodeArgs, args, launcher)
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out: await out, err: await err }
}

function start(nodeArgs: readonly string[], args: readonly string[], launcher: string): ChildProcess {
  const env = { ...process.env, SEALIFT_PASSPHRASE: undefined, SEALIFT_ORG: undefined }
  return spawn(process.execPath, [...nodeArgs, launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
}

async function collect(stream: ChildProcess['stdout']): Promise<string> {
  let text = ''
  for await (const chunk of stream?.setEncoding('utf8') ?? []) text += String(chunk)
  return text
}
