// What the help says beside the list of options.

import { EXITS } from './exit-codes.ts'

export const ORG_FOLDER = './sealift-org'

export function examplesText(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`
}

/** A summary as a sentence, and what more there is to say; line breaks in our sources are not those of the reader. */
export function paragraphs(summary: string, more = ''): string {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
  return [sentence, more.replaceAll('\n', ' ')].filter((text) => text !== '').join('\n\n')
}

export function overview(): string {
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
