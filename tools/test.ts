// `npm test`: builds the console when it is stale, runs the checks, then every test; the last line counts them.
// `npm test -- PATH…` runs only the tests of these files and folders.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS, HOUSE_RULES, runChecks } from './checks.ts'
import { run } from './run.ts'

type Counts = { readonly numPassedTests: number; readonly numFailedTests: number }

const paths = process.argv.slice(2)
const built = await run('node tools/build-console.ts', true)
// The house rules are tests, and run with the others.
const checked = paths.length > 0 || (await runChecks(CHECKS.filter((check) => check !== HOUSE_RULES)))
const folder = mkdtempSync(join(tmpdir(), 'sealift-tests-'))
const report = join(folder, 'report.json')
const tested = await run(
  ['vitest', 'run', ...paths, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`].join(' '),
  true,
)

const counts: Counts = existsSync(report)
  ? (JSON.parse(readFileSync(report, 'utf8')) as Counts)
  : { numPassedTests: 0, numFailedTests: 0 }
rmSync(folder, { recursive: true })
const broken = [built.code === 0, checked, tested.code === 0 || counts.numFailedTests > 0].filter((well) => !well)
console.log(`\n${counts.numPassedTests} passed, ${counts.numFailedTests + broken.length} failed`)
process.exitCode = built.code === 0 && checked && tested.code === 0 ? 0 : 1
