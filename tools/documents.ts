// Documents that are made from code, so that they cannot say anything else than the code does.

import { FAULTS, type FaultCode, faultKind } from '@sealift/protocol'
import { read, sources } from './sources.ts'

/** Path of each such document, and what it has to say now. */
export function documents(): Readonly<Record<string, string>> {
  return { 'docs/faults.md': faultsPage(), 'docs/attacks.md': attacksPage(read('docs/attacks.md') ?? '') }
}

function faultsPage(): string {
  const rows = (Object.keys(FAULTS) as FaultCode[]).map((code) => {
    const { means, retry, next, attack } = faultKind(code)
    return `| \`${code}\` | ${means} | ${retry} | ${next} | ${attack ?? ''} |`
  })
  return `# Faults

Every way an update can fail, made from the table in \`ground/protocol/src/fault.ts\` by \`node tools/write-docs.ts\`.
The first part of a code is the stage where it fails. A code is never renamed and never reused; the last column is its
number in [attacks.md](attacks.md), where the refusal of an attack is meant.

| code | what happened | try again | what to do | attack |
|---|---|---|---|---|
${rows.join('\n')}
`
}

// The catalogue is written by hand; its last column is filled with the tests that name the attack.
function attacksPage(text: string): string {
  return text.replace(/^(\| (\d+) \|.*\|)[^|]*\|$/gm, (_row, rest: string, number: string) => {
    const tests = testsOf(Number(number))
    return `${rest} ${tests.length === 0 ? '–' : tests.join(', ')} |`
  })
}

function testsOf(attack: number): readonly string[] {
  const named = new RegExp(`^(?!\\s*//).*attack 0*${attack}\\b`, 'm')
  return sources
    .filter(({ path, text }) => /\.test\.tsx?$/.test(path) && named.test(text))
    .map(({ path }) => `\`${path}\``)
}
