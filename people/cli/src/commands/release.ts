// `sealift release`: make, sign and publish versions of firmware.

import type { Verbs } from '../command.ts'
import { createRelease } from './release-create.ts'
import { listReleases, showRelease } from './release-list.ts'
import { publishRelease } from './release-publish.ts'
import { signRelease } from './release-sign.ts'

export const release: Verbs = {
  create: createRelease,
  sign: signRelease,
  publish: publishRelease,
  list: listReleases,
  show: showRelease,
}
