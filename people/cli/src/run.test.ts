import { VirtualClock } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import type { Terminal } from './output/terminal.ts'
import { runSealift } from './run.ts'
import { type TrialTerminal, trialTerminal } from './trial-terminal.ts'

test('help is asked for and given on stdout', async () => {
  for (const args of [['--help'], ['help'], ['rollout', '--help'], ['help', 'rollout'], ['rollout', 'plan', '-h']]) {
    const { exit, terminal } = await run(args)
    expect(exit, args.join(' ')).toBe(0)
    expect(terminal.out()).toContain('Examples:')
    expect(terminal.err()).toBe('')
  }
})

test('the version is one line', async () => {
  const { exit, terminal } = await run(['--version'])
  expect([exit, terminal.out()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
})

test.each([
  ['a noun that is nearly one', ['relase', 'list'], 'Did you mean release?'],
  ['a verb that is nearly one', ['rollout', 'strat', 'r-1'], 'Did you mean start?'],
  ['an option that is nearly one', ['device', 'list', '--prodct', 'x'], 'Did you mean --product?'],
  ['an argument is missing', ['rollout', 'plan'], "missing required argument 'product'"],
  ['an option is missing', ['enrol'], "required option '--product <id>' not specified"],
  ['an argument too many', ['device', 'show', 'a', 'b'], 'too many arguments'],
  ['a bad duration', ['rollout', 'watch', 'r-1', '--timeout', '10'], '--timeout: not a duration: 10'],
  ['a bad choice', ['device', 'list', '--show', 'all'], '--show: no such choice: all'],
  ['a bad wave', ['rollout', 'plan', 'p', '1.0.0', '--wave', 'x'], '--wave: not a wave: x'],
])('%s: exit code 2, and what to type instead', async (_story, args, words) => {
  const { exit, terminal } = await run(args)
  expect(exit).toBe(2)
  expect(terminal.err()).toContain(words)
  expect(terminal.err()).toMatch(/^next: .+/m)
  expect(terminal.out()).toBe('')
})

test('a noun alone shows its verbs on stderr, exit code 2', async () => {
  for (const args of [[], ['rollout'], ['agent', 'consent']]) {
    const { exit, terminal } = await run(args)
    expect(exit).toBe(2)
    expect(terminal.err()).toContain('Commands:')
    expect(terminal.out()).toBe('')
  }
})

test('with --json an error is one problem document on stderr', async () => {
  const { exit, terminal } = await run(['device', 'list', '--org', '/nowhere/at/all', '--json'])
  expect(exit).toBe(1)
  expect(terminal.out()).toBe('')
  expect(JSON.parse(terminal.err())).toMatchObject({
    type: 'urn:sealift:fault:keep.missing',
    code: 'keep.missing',
    exit: 1,
    next: expect.stringContaining('sealift init'),
    facts: { folder: '/nowhere/at/all' },
  })
})

test('without --json the same error has its code, its facts and what to do next', async () => {
  const { terminal } = await run(['device', 'list', '--org', '/nowhere/at/all'])
  expect(terminal.err()).toBe(`sealift: the folder or file is not there, or not one of ours (keep.missing)
  folder  /nowhere/at/all
  file    people/connection.json
next: make an organisation with \`sealift init\`, or point to it with --org
`)
})

test('colours are for terminals, and only when nobody said no (https://no-color.org)', async () => {
  const args = ['device', 'list', '--org', '/nowhere']
  expect((await run(args, { errIsTty: true })).terminal.err()).toMatch(/\x1b\[/)
  expect((await run(args, { errIsTty: true, env: { NO_COLOR: '1' } })).terminal.err()).not.toMatch(/\x1b/)
  expect((await run(args, { errIsTty: true, env: { TERM: 'dumb' } })).terminal.err()).not.toMatch(/\x1b/)
  expect((await run(args)).terminal.err()).not.toMatch(/\x1b/)
})

test('a passphrase is never taken as an argument, and nobody is asked who is not there', async () => {
  const { exit, terminal } = await run(['init', '--org', '/nowhere/new', '--passphrase', 'secret words'])
  expect(exit).toBe(2)
  expect(terminal.err()).toContain("unknown option '--passphrase'")
  const asked = await run(['init', '--org', '/nowhere/new'])
  expect(asked.exit).toBe(2)
  expect(asked.terminal.err()).toContain('SEALIFT_PASSPHRASE')
})

test('what cannot be taken back is not done without a word, when nobody can be asked', async () => {
  const { exit, terminal } = await run(['rollout', 'abort', 'r-1'])
  expect(exit).toBe(2)
  expect(terminal.err()).toContain('add --yes')
})

async function run(
  args: readonly string[],
  of: Partial<Terminal> = {},
): Promise<{ exit: number; terminal: TrialTerminal }> {
  const terminal = trialTerminal(of)
  const surroundings = {
    terminal,
    clock: async () => new VirtualClock(0),
    untilStopped: () => new AbortController().signal,
  }
  return { exit: await runSealift(args, surroundings), terminal }
}
