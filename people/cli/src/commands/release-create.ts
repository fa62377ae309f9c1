// `sealift release create`: look at a firmware file, describe it, keep a copy of it to sign.

import type { Created, ReleaseWish } from '@sealift/maker'
import type { Disk } from '@sealift/world'
import { realDisk } from '@sealift/world/real'
import { asText, choice, command, each, flag, needed, option, optionOr } from '../command.ts'
import { parseNumber } from '../count.ts'
import { withDryDisk } from '../dry-disk.ts'
import { parseDurationMs } from '../durations.ts'
import { withImage } from '../image-file.ts'
import { requireSide } from '../org.ts'
import { paint } from '../output/paint.ts'
import { startProgress } from '../output/progress.ts'
import { bytes, duration } from '../output/quantities.ts'
import { type SafeText, say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import type { Session } from '../session.ts'

export const createRelease = command({
  summary: 'make a release of a firmware file',
  more: `Any file will do. ELF, MCUboot, squashfs, ESP, UF2, Intel HEX, FIT, PE, scripts and compressed images are recognised,
and what they say of themselves is shown. Nothing is signed yet: until it is, the release may be made again.`,
  arguments: {},
  options: {
    image: needed('--image <file>', 'the firmware file'),
    product: needed('--product <id>', 'product it is for'),
    version: option('--version <version>', 'as MAJOR.MINOR.PATCH; the one in the image when left out'),
    hardware: each('--hardware <id>', 'board model it is for; all of the product when left out', asText),
    class: choice('--class <class>', 'kind of update', ['critical', 'security', 'feature', 'behaviour'], 'feature'),
    summary: needed('--summary <text>', 'what it does, in words for owners'),
    risk: optionOr('--risk <text>', 'which risk it removes', 'none known', asText),
    removes: optionOr('--removes <text>', 'what owners will miss', 'nothing', asText),
    reboot: flag('--no-reboot', 'the device does not restart'),
    duration: option('--duration <duration>', 'how long the device is busy; 60s', parseDurationMs),
    securityCounter: option('--security-counter <count>', 'once confirmed, nothing below it is taken', parseNumber),
  },
  writes: true,
  inOrg: true,
  examples: [
    "sealift release create --image build/app.elf --product thermostat --version 1.2.0 --summary 'Warms up faster'",
    "sealift release create --image lock.bin --product lock --summary 'Closes CVE-2026-1234' --class critical",
    "sealift release create --image fw.img --product thermostat --version 1.2.0 --summary 'A try' --dry-run   # only look",
  ],
  async run(session, values) {
    const wish: ReleaseWish = {
      product: values.product,
      class: values.class,
      notes: { summary: values.summary, risk: values.risk, removes: values.removes },
      reboot: values.reboot,
      ...(values.version !== undefined && { version: values.version }),
      ...(values.hardware.length > 0 && { hardwareIds: values.hardware }),
      ...(values.duration !== undefined && { durationS: Math.ceil(values.duration / 1000) }),
      ...(values.securityCounter !== undefined && { securityCounter: values.securityCounter }),
    }
    const disk = realDisk(await requireSide(session, 'maker'))
    const made = (of: Disk) => makeRelease(session, of, values.image, wish)
    const created = session.dryRun ? await withDryDisk(disk, made) : await made(disk)
    const { product, version } = created.draft.release
    const end = session.dryRun ? say`dry run: nothing was kept` : say`next: sealift release sign ${product} ${version}`
    const json = { ...(session.dryRun && { dryRun: true }), ...created.draft, inspection: created.inspection }
    return { json, lines: [...createdLines(created), end] }
  },
})

async function makeRelease(session: Session, disk: Disk, image: string, wish: ReleaseWish): Promise<Created> {
  const maker = await import('@sealift/maker')
  return withImage(image, async (source) => {
    const progress = startProgress(session.terminal, session.clock, 'reading', source.lengthBytes)
    try {
      return await maker.createRelease({ disk, clock: session.clock, source, wish, onProgress: progress.move })
    } finally {
      progress.end()
    }
  })
}

function createdLines({ draft, inspection }: Created): readonly SafeText[] {
  const { release, lengthBytes, sha256 } = draft
  const found = Object.entries(inspection.facts).map(([name, value]) => [`  ${name}`, String(value)] as const)
  return facts([
    ['release', paint.strong(`${release.product} ${release.version}`)],
    ['hardware', release.hardwareIds.join(', ')],
    ['class', release.class],
    ['security', say`counter ${release.securityCounter}`],
    ['busy for', say`${duration(release.durationS * 1000)}${release.reboot ? ', with a restart' : ''}`],
    ['size', say`${bytes(lengthBytes)} (${lengthBytes} bytes)`],
    ['sha256', sha256],
    ['format', inspection.format],
    ...found,
  ])
}
