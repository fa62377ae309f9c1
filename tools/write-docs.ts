// Writes the documents that are made from code: `node tools/write-docs.ts`.

import { writeFileSync } from 'node:fs'
import { documents } from './documents.ts'
import { ROOT } from './sources.ts'

for (const [path, text] of Object.entries(documents())) {
  writeFileSync(ROOT + path, text)
  console.log(path)
}
