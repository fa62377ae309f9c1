// What must be true of the sources before anybody reads them: format, lint, types, house rules, dead code.

import { run } from './run.ts'

export type Check = { readonly name: string; readonly command: string; readonly fix?: string }

// The compiler looks again only at what changed and at what depends on it.
const REMEMBER = '--incremental --tsBuildInfoFile node_modules/.cache'

export const HOUSE_RULES: Check = { name: 'house rules', command: 'vitest run tools --reporter=dot' }

export const CHECKS: readonly Check[] = [
  {
    name: 'format, imports, lint',
    command: 'biome check --error-on-warnings --max-diagnostics=none',
    fix: 'biome check --write',
  },
  { name: 'lint with types', command: 'oxlint' },
  { name: 'types', command: `tsc -p . ${REMEMBER}/house.tsbuildinfo` },
  { name: 'types of the console', command: `tsc -p people/console ${REMEMBER}/console.tsbuildinfo` },
  { name: 'dead code', command: 'knip --no-progress' },
  HOUSE_RULES,
]

/**
 * Run checks side by side; print a line for each as it ends, and at the end what the failed ones had to say.
 * @returns true when all is well
 */
export async function runChecks(checks: readonly Check[]): Promise<boolean> {
  const failed: string[] = []
  await Promise.all(
    checks.map(async ({ name, command }) => {
      const { code, output, seconds } = await run(command)
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`)
      if (code !== 0) failed.push(`\n── ${name}: ${command}\n${output}`)
    }),
  )
  for (const words of failed) console.log(words)
  return failed.length === 0
}
