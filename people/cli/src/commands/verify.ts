// `sealift verify`: is this file one that a trusted role has signed? Offline.

import type { VerifiedFile } from '@sealift/maker'
import type { RepositoryTexts } from '@sealift/trust'
import { realDisk } from '@sealift/world/real'
import { argument, command, option } from '../command.ts'
import { withImage } from '../image-file.ts'
import { readMetadataFolder } from '../metadata-folder.ts'
import { requireSide } from '../org.ts'
import { paint } from '../output/paint.ts'
import { startProgress } from '../output/progress.ts'
import { bytes } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'

export const verify = command({
  summary: 'check a firmware file against the signed metadata, offline',
  more: `Without options the metadata of the maker's folder is asked, from its own root on. Somebody without that folder names a root
that came by a trusted way, and a folder with the files that the server serves below /repository. Ends with exit code 6 when no
trusted role has signed the file.`,
  arguments: { file: argument('<file>', 'the firmware file') },
  options: {
    metadata: option('--metadata <folder>', 'folder with targets.json and the delegated roles'),
    root: option('--root <file>', 'the root that is trusted'),
  },
  writes: false,
  inOrg: true,
  examples: [
    'sealift verify thermostat-1.2.0.img',
    'sealift verify thermostat-1.2.0.img --json',
    'sealift verify download.img --root acme-root.json --metadata ./repository',
  ],
  async run(session, { file, metadata, root }) {
    if ((metadata === undefined) !== (root === undefined)) {
      throw new UsageError(
        '--metadata and --root belong together',
        'a folder can hold any root; name the one that is trusted',
      )
    }
    const texts =
      metadata !== undefined && root !== undefined ? await readMetadataFolder(metadata, root) : await ownTexts(session)
    const verified = await verifyFile(session, file, texts)
    return { json: { verified: true, file, ...verified }, lines: verifiedLines(file, verified) }
  },
})

async function ownTexts(session: Session): Promise<RepositoryTexts> {
  const { ownRepositoryTexts } = await import('@sealift/maker')
  return ownRepositoryTexts(realDisk(await requireSide(session, 'maker')))
}

async function verifyFile({ terminal, clock }: Session, file: string, texts: RepositoryTexts): Promise<VerifiedFile> {
  const maker = await import('@sealift/maker')
  return withImage(file, async (source) => {
    const progress = startProgress(terminal, clock, 'reading', source.lengthBytes)
    try {
      return await maker.verifyFile({ source, texts, nowMs: clock.nowMs(), onProgress: progress.move })
    } finally {
      progress.end()
    }
  })
}

function verifiedLines(
  file: string,
  { path, role, signers, lengthBytes, sha256, release }: VerifiedFile,
): readonly SafeText[] {
  return [
    say`${paint.good('signed')}: ${file} is what the role ${paint.strong(role)} vouches for`,
    ...facts([
      ['target', path],
      ...(release ? [['release', say`${release.product} ${release.version}`] as const] : []),
      ...(release ? [['hardware', release.hardwareIds.join(', ')] as const] : []),
      ['size', bytes(lengthBytes)],
      ['sha256', sha256],
      ...signers.map(({ keyid, scheme }) => ['signed by', say`${scheme} ${keyid.slice(0, 16)}…`] as const),
    ]),
  ]
}
