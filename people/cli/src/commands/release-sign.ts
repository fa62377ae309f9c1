// `sealift release sign`: put a release under the signatures of its product and of the boot key.

import type { SignedRelease } from '@sealift/maker'
import type { Disk } from '@sealift/world'
import { realDisk } from '@sealift/world/real'
import { argument, command } from '../command.ts'
import { withDryDisk } from '../dry-disk.ts'
import { requireSide } from '../org.ts'
import { paint } from '../output/paint.ts'
import { bytes } from '../output/quantities.ts'
import { say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import { openPassphrase, passphraseFile } from '../passphrase.ts'

export const signRelease = command({
  summary: 'sign a release with the keys of its product',
  more: 'Works offline. Signing again changes nothing; other bytes under a version that is signed are refused.',
  arguments: {
    product: argument('<product>', 'id of the product'),
    version: argument('<version>', 'version of the release'),
  },
  options: { passphraseFile },
  writes: true,
  inOrg: true,
  examples: [
    'sealift release sign thermostat 1.2.0',
    'sealift release sign thermostat 1.2.0 --passphrase-file /run/secrets/maker --json',
    'sealift release sign thermostat 1.2.0 --dry-run   # does the passphrase open the keys?',
  ],
  async run(session, { product, version, passphraseFile: file }) {
    const disk = realDisk(await requireSide(session, 'maker'))
    const passphrase = await openPassphrase(session, file)
    const maker = await import('@sealift/maker')
    const sign = (of: Disk) => maker.signRelease({ disk: of, clock: session.clock, passphrase, product, version })
    const signed: SignedRelease = session.dryRun ? await withDryDisk(disk, sign) : await sign(disk)
    const { release, lengthBytes, sha256, metadataVersion } = signed
    const lines = facts([
      ['release', paint.strong(`${release.product} ${release.version}`)],
      ['counters', say`release ${release.releaseCounter}, security ${release.securityCounter}`],
      ['size', bytes(lengthBytes)],
      ['sha256', sha256],
      ['metadata', say`version ${metadataVersion} of the product’s targets`],
    ])
    const end = session.dryRun
      ? say`dry run: it can be signed, and was not`
      : say`next: sealift release publish ${release.product} ${release.version}`
    return { json: { ...(session.dryRun && { dryRun: true }), ...signed }, lines: [...lines, end] }
  },
})
