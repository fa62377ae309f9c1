import type { Command as Commander } from 'commander'
import { beforeAll, expect, test } from 'vitest'
import type { Branch, Command, Verbs } from './command.ts'
import { NOUNS } from './nouns.ts'
import { type Asked, makeProgram } from './program.ts'
import { wordsOf } from './trial-command-line.ts'

type Named = { readonly path: string; readonly command: Command }

const SILENT = { writeOut: () => undefined, writeErr: () => undefined }

let commands: readonly Named[] = []

beforeAll(async () => {
  const loaded = await Promise.all(Object.entries(NOUNS).map(async ([noun, { load }]) => flat(noun, await load())))
  commands = loaded.flat()
})

test('the commands that are promised are there', () => {
  expect(commands.map(({ path }) => path)).toEqual([
    'init',
    'serve',
    'product add',
    'product list',
    'product show',
    'product support',
    'release create',
    'release sign',
    'release publish',
    'release list',
    'release show',
    'enrol',
    'device list',
    'device show',
    'device explain',
    'rollout plan',
    'rollout start',
    'rollout list',
    'rollout watch',
    'rollout pause',
    'rollout resume',
    'rollout abort',
    'rollout retry-failed',
    'agent enrol',
    'agent run',
    'agent status',
    'agent consent show',
    'agent consent approve',
    'agent consent defer',
    'agent consent refuse',
    'verify',
    'journal list',
    'journal export',
    'journal verify',
    'doctor',
  ])
})

test('every help says what the command is for, what each option means, and shows real examples', async () => {
  for (const { path, command } of commands) {
    const help = await helpOf(path.split(' '))
    expect(help, path).toMatch(/^Usage: sealift /)
    expect(help, path).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ sealift ${path}\\b`))
    expect(help, path).toContain('--json')
    for (const { flags, means } of [...Object.values(command.options)])
      expect(means, `${path} ${flags}`).toMatch(/^[a-z]/)
  }
})

test('summaries are one line, begin small and end without a full stop', () => {
  for (const { path, command } of commands) expect(command.summary, path).toMatch(/^[a-z][^\n]*[^.]$/)
})

test('what writes has a dry run, and what does not has none', async () => {
  for (const { path, command } of commands) {
    const help = await helpOf(path.split(' '))
    if (command.writes) expect(help, path).toContain('--dry-run')
    else expect(help, path).not.toContain('--dry-run')
  }
})

test('every example is taken by the command that shows it, with all its options', async () => {
  for (const { path, command } of commands) {
    for (const example of command.examples) {
      const asked = await parse(wordsOf(example).slice(1))
      expect(asked.command, example).toBe(command)
    }
    expect(command.examples.length, path).toBeGreaterThan(0)
  }
})

test('an option arrives under its own name', async () => {
  for (const { path, command } of commands) {
    const names = Object.values(command.options).map(({ flags }) => flags.split(' ')[0]?.replace(/^--(no-)?/, '') ?? '')
    const camelCase = names.map((name) => name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase()))
    expect(Object.keys(command.options), path).toEqual(camelCase)
  }
})

test('options of a command are not taken for those of the program', async () => {
  const { values } = await parse(
    wordsOf("sealift release create --image f --product p --version 1.2.0 --summary 's' --no-reboot").slice(1),
  )
  expect(values).toMatchObject({ version: '1.2.0', reboot: false, hardware: [], class: 'feature' })
})

test('arguments and repeated options keep their order', async () => {
  const { values } = await parse(wordsOf('sealift rollout plan lock 2.0.0 --wave 3 --wave 50% --wave all').slice(1))
  expect(values).toMatchObject({ product: 'lock', version: '2.0.0' })
  expect((values['wave'] as { name: string }[]).map(({ name }) => name)).toEqual(['3 devices', '50 %', 'all'])
})

test('the help of the program needs none of the commands', async () => {
  const program = await makeProgram([], async () => undefined, SILENT)
  expect(program.helpInformation()).toContain('rollout')
  expect(program.commands.find((command) => command.name() === 'rollout')?.commands).toEqual([])
})

function flat(path: string, of: Command | Branch | Verbs): readonly Named[] {
  if ('run' in of && typeof of.run === 'function') return [{ path, command: of as Command }]
  const verbs = ('verbs' in of ? of.verbs : of) as Verbs
  return Object.entries(verbs).flatMap(([verb, below]) => flat(`${path} ${verb}`, below))
}

async function parse(words: readonly string[]): Promise<Asked> {
  const asked: Asked[] = []
  const keep = async (one: Asked) => {
    asked.push(one)
    return undefined
  }
  const program = await makeProgram(Object.keys(NOUNS), keep, SILENT)
  await program.parseAsync([...words], { from: 'user' })
  const [only] = asked
  if (!only) throw new Error(`nothing was asked by: ${words.join(' ')}`)
  return only
}

async function helpOf(path: readonly string[]): Promise<string> {
  let help = ''
  const writeOut = (text: string) => {
    help += text
  }
  const program = await makeProgram(Object.keys(NOUNS), async () => undefined, { ...SILENT, writeOut })
  const leaf = path.reduce<Commander>((above, name) => {
    const below = above.commands.find((command) => command.name() === name)
    if (!below) throw new Error(`no command ${path.join(' ')}`)
    return below
  }, program)
  leaf.outputHelp()
  return help
}
