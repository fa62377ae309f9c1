// The launcher in bin/, as real processes.

import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AS_OLD_NODE, type Ended, LAUNCHER, startSealift } from './trial-sealift.ts'

test.each([
  ['a Node that runs the sources', []],
  ['an older Node, which hands over to the one of the project', AS_OLD_NODE],
])('starts on %s', async (_story, nodeArgs) => {
  const { exit, out } = await run(['--version'], nodeArgs)
  expect([exit, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
})

test('starts through a link, as npm puts one into node_modules/.bin', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-launcher-'))
  const link = join(folder, 'sealift')
  await symlink(LAUNCHER, link)
  try {
    expect((await run(['--version'], AS_OLD_NODE, link)).exit).toBe(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('arguments, both streams and the exit code pass through', async () => {
  const { exit, out, err } = await run(['device', 'show', 'two words', '--org', '/nowhere'], AS_OLD_NODE)
  expect([exit, out]).toEqual([1, ''])
  expect(err).toContain('(keep.missing)')
  expect((await run(['relase'], AS_OLD_NODE)).exit).toBe(2)
})

async function run(args: readonly string[], nodeArgs: readonly string[], launcher = LAUNCHER): Promise<Ended> {
  const program = startSealift(args, {}, nodeArgs, launcher)
  const exit = await program.ended
  return { exit, out: program.out(), err: program.err() }
}
