// `npm run check`: everything that can be known without running the product, in seconds. With `--fix`, mends the format first.

import { CHECKS, runChecks } from './checks.ts'
import { run } from './run.ts'

if (process.argv.includes('--fix')) {
  for (const { fix } of CHECKS) if (fix) await run(fix, true)
}
process.exitCode = (await runChecks(CHECKS)) ? 0 : 1
