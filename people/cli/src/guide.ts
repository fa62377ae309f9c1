// The reference of the command line as a document, made from the commands themselves.

import type { Command as Commander } from 'commander'
import { NOUNS } from './nouns.ts'
import { makeProgram } from './program.ts'

const COLUMNS = 100
const SILENT = { writeOut: () => undefined, writeErr: () => undefined }

const INTRODUCTION = `# The command line

Every command of \`sealift\` with its options, made from the commands themselves. \`sealift COMMAND --help\` says the same.

- \`--json\` prints one JSON document on stdout and nothing else. Errors are then one problem document on stderr.
- \`--dry-run\` goes through everything that can be done without changing anything, and says what would happen.
- Progress goes to stderr: a line that moves on a terminal, a few plain lines elsewhere.
- An error names its code (see [the table of faults](../faults.md)), its facts and what to do next.
`

/** Text of `docs/guides/command-line.md`. */
export async function commandLineGuide(): Promise<string> {
  const make = (nouns: readonly string[]) => makeProgram(nouns, async () => undefined, { ...SILENT, columns: COLUMNS })
  const overview = section(await make([]), [])
  return [INTRODUCTION, overview, ...sectionsBelow(await make(Object.keys(NOUNS)), [])].join('\n')
}

function sectionsBelow(above: Commander, path: readonly string[]): readonly string[] {
  return above.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const names = [...path, command.name()]
      return command.commands.length > 0 ? sectionsBelow(command, names) : [section(command, names)]
    })
}

function section(command: Commander, path: readonly string[]): string {
  return `## ${['sealift', ...path].join(' ')}\n\n\`\`\`\n${helpOf(command).trimEnd()}\n\`\`\`\n`
}

function helpOf(command: Commander): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  return help
}
