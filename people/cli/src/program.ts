// The command line as commander knows it, made from our own descriptions of the commands.

import { Argument, Command as Commander, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import type { Answer, ArgumentSpec, Branch, Command, OptionSpec, Verbs } from './command.ts'
import { NOUNS } from './nouns.ts'
import { examplesText, ORG_FOLDER, overview, paragraphs } from './program-words.ts'

/** What was asked for, once the line is understood. */
export type Asked = {
  readonly command: Command
  readonly values: Readonly<Record<string, unknown>>
  readonly json: boolean
  readonly dryRun: boolean
  /** Undefined when nobody said. */
  readonly org: string | undefined
}

export type Act = (asked: Asked) => Promise<Answer | undefined>

/** Where help goes. Errors go nowhere here: `run.ts` prints them, in one form for all errors. */
export type Output = {
  writeOut(text: string): void
  writeErr(text: string): void
  readonly columns?: number
}

const HELP_FLAGS = '-h, --help'
const HELP_MEANS = 'show the help of this command'

/**
 * The program with the named nouns in full and the others by name and summary only: enough for the help of `sealift`
 * itself, and quick to start.
 */
export async function makeProgram(nouns: readonly string[], act: Act, output: Output): Promise<Commander> {
  const program = new Commander('sealift')
    .description('Firmware updates for fleets of devices: signed, staged, fail-safe.')
    // So that `release create --version 1.2.0` is not taken for `sealift --version`.
    .enablePositionalOptions()
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption(HELP_FLAGS, HELP_MEANS)
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', overview())
  for (const [name, { summary, load }] of Object.entries(NOUNS)) {
    const loaded = nouns.includes(name) ? await load() : {}
    program.addCommand(isCommand(loaded) ? leafOf(name, loaded, act) : branchOf(name, { summary, verbs: loaded }, act))
  }
  return connect(program, output)
}

function isCommand(of: Command | Branch | Verbs): of is Command {
  return 'run' in of && typeof of.run === 'function'
}

function branchOf(name: string, { summary, verbs }: Branch, act: Act): Commander {
  const branch = new Commander(name).description(`${summary}.`).summary(summary).helpOption(HELP_FLAGS, HELP_MEANS)
  for (const [verb, of] of Object.entries(verbs)) {
    branch.addCommand(isCommand(of) ? leafOf(verb, of, act) : branchOf(verb, of, act))
  }
  return branch.addHelpText('after', examplesText(firstExamplesOf(verbs))).helpCommand(false)
}

function firstExamplesOf(verbs: Verbs): readonly string[] {
  return Object.values(verbs).flatMap((of) => (isCommand(of) ? of.examples.slice(0, 1) : firstExamplesOf(of.verbs)))
}

function leafOf(name: string, command: Command, act: Act): Commander {
  const leaf = new Commander(name).summary(command.summary).helpOption(HELP_FLAGS, HELP_MEANS)
  leaf.description(paragraphs(command.summary, command.more))
  for (const spec of Object.values(command.arguments)) leaf.addArgument(argumentOf(spec))
  for (const spec of Object.values(command.options)) leaf.addOption(optionOf(spec))
  if (command.writes) leaf.option('--dry-run', 'say what would happen, and change nothing')
  leaf.option('--json', 'print one JSON document and nothing else')
  if (command.inOrg)
    leaf.option('--org <folder>', `folder of the organisation (default: $SEALIFT_ORG or ${ORG_FOLDER})`)
  return leaf.addHelpText('after', examplesText(command.examples)).action(async () => {
    await act(askedOf(command, leaf))
  })
}

function askedOf(command: Command, leaf: Commander): Asked {
  const { json = false, dryRun = false, org, ...options } = leaf.opts<Partial<Asked>>()
  const initials = Object.entries(command.options).map(([name, { initial }]) => [name, initial])
  const given = Object.keys(command.arguments).map((name, i) => [name, leaf.processedArgs[i] as unknown])
  const values = { ...Object.fromEntries(initials), ...options, ...Object.fromEntries(given) } as Asked['values']
  return { command, values, json, dryRun, org }
}

function argumentOf(spec: ArgumentSpec<unknown>): Argument {
  return new Argument(spec.name, spec.means).argParser((text) => spec.read(text))
}

function optionOf(spec: OptionSpec<unknown>): Option {
  const option = new Option(spec.flags, withChoices(spec)).makeOptionMandatory(spec.needed)
  // Only a value is worth telling: that a flag is off when it is not given goes without saying.
  if (typeof spec.initial === 'string' || typeof spec.initial === 'number') option.default(spec.initial)
  if (spec.read) option.argParser((text, before) => spec.read?.(text, before))
  return option
}

function withChoices(spec: OptionSpec<unknown>): string {
  return spec.choices === undefined ? spec.means : `${spec.means}: ${spec.choices.join(', ')}`
}

function connect(command: Commander, output: Output): Commander {
  const { writeOut, writeErr, columns = 80 } = output
  command.exitOverride().configureOutput({
    writeOut,
    writeErr,
    outputError: () => undefined,
    getOutHelpWidth: () => columns,
    getErrHelpWidth: () => columns,
  })
  for (const below of command.commands) connect(below, output)
  return command
}
