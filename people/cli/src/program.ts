// The command line as commander knows it, made from our own descriptions of the commands.

import { Argument, Command as Commander, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import type { Answer, ArgumentSpec, Branch, Command, OptionSpec, Verbs } from './command.ts'
import { EXITS } from './exit-codes.ts'
import { NOUNS } from './nouns.ts'

/** What was asked for, once the line is understood. */
export type Asked = {
  readonly command: Command
  readonly values: Readonly<Record<string, unknown>>
  readonly json: boolean
  readonly dryRun: boolean
  readonly org: string
}

export type Act = (asked: Asked) => Promise<Answer | undefined>

const HELP_FLAGS = '-h, --help'
const HELP_MEANS = 'show the help of this command'

export const ORG_FOLDER = './sealift-org'

/**
 * The program with the named nouns in full and the others by name and summary only: enough for the help of `sealift`
 * itself, and quick to start.
 */
export async function makeProgram(nouns: readonly string[], act: Act): Promise<Commander> {
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
  return quiet(program)
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
  leaf.description(command.more === undefined ? `${command.summary}.` : `${command.summary}.\n\n${command.more}`)
  const names = Object.keys(command.arguments)
  for (const spec of Object.values(command.arguments)) leaf.addArgument(argumentOf(spec))
  for (const spec of Object.values(command.options)) leaf.addOption(optionOf(spec))
  if (command.writes) leaf.option('--dry-run', 'say what would happen, and change nothing', false)
  leaf.option('--json', 'print one JSON document and nothing else', false)
  if (command.inOrg) {
    leaf.addOption(new Option('--org <folder>', 'folder of the organisation').env('SEALIFT_ORG').default(ORG_FOLDER))
  }
  return leaf.addHelpText('after', examplesText(command.examples)).action(async () => {
    const { json = false, dryRun = false, org = ORG_FOLDER, ...options } = leaf.opts<Partial<Asked>>()
    const values = { ...options, ...Object.fromEntries(names.map((key, i) => [key, leaf.processedArgs[i]])) }
    await act({ command, values, json, dryRun, org })
  })
}

function argumentOf(spec: ArgumentSpec<unknown>): Argument {
  return new Argument(spec.name, spec.means).argParser((text) => spec.read(text))
}

function optionOf(spec: OptionSpec<unknown>): Option {
  const option = new Option(spec.flags, withChoices(spec)).makeOptionMandatory(spec.needed)
  if (spec.initial !== undefined) option.default(spec.initial, Array.isArray(spec.initial) ? 'none' : undefined)
  if (spec.read) option.argParser((text, before) => spec.read?.(text, before))
  return option
}

function withChoices(spec: OptionSpec<unknown>): string {
  return spec.choices === undefined ? spec.means : `${spec.means}: ${spec.choices.join(', ')}`
}

// Commander neither prints errors nor ends the process: `run.ts` does both, in one form for all errors.
function quiet(command: Commander): Commander {
  command.exitOverride().configureOutput({ outputError: () => undefined })
  for (const below of command.commands) quiet(below)
  return command
}

function examplesText(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`
}

function overview(): string {
  const exits = Object.values(EXITS).map(({ code, means }) => `  ${code}  ${means}`)
  return `
Examples:
  $ sealift init                        # keys and folders of a new organisation
  $ sealift serve                       # the server and the console
  $ sealift release create --help       # every command has examples

Environment:
  SEALIFT_ORG         folder of the organisation (${ORG_FOLDER})
  SEALIFT_PASSPHRASE  opens the maker's keys; or --passphrase-file, or type it when asked
  SEALIFT_URL         address of the server, in place of the one in the organisation's folder
  SEALIFT_TOKEN       API token, in place of the one in the organisation's folder
  SEALIFT_CA          file with the authority of the server's certificate, in PEM
  NO_COLOR            any value: no colours

Exit codes:
${exits.join('\n')}`
}
