// Completes package-lock.json after a dependency changed: `node tools/write-lock.ts`. A full registry leaves nothing to do.

import { writeFileSync } from 'node:fs'
import { missingFrom, readLock } from './lock.ts'
import { ROOT } from './sources.ts'

const lock = readLock()
const missing = missingFrom(lock)
const { '': root, ...others } = { ...lock.packages, ...missing }
const sorted = Object.entries(others).sort(([have], [want]) => have.localeCompare(want, 'en')) // npm's own order
const packages = { '': root, ...Object.fromEntries(sorted) }
writeFileSync(`${ROOT}package-lock.json`, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`)
console.log(`${Object.keys(missing).length} packages of other platforms added`)
