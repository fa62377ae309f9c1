// `sealift agent enrol`: a new device gets its identity, and the image it first starts with.

import { readFile } from 'node:fs/promises'
import { Claim, Fault, parseJson } from '@sealift/protocol'
import { readBootManifest } from '@sealift/trust'
import { command, needed, option } from '../command.ts'
import { parseCount } from '../count.ts'
import { deviceFolder } from '../device-folder.ts'
import { parseDurationMs } from '../durations.ts'
import { factoryOptions, readFactoryImage } from '../factory.ts'
import { makeDevice } from '../new-device.ts'
import { paint } from '../output/paint.ts'
import { say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'

const CLAIM_BYTES_MAX = 2 * 2 ** 20

export const enrolAgent = command({
  summary: 'bring a device into the fleet: its key, its certificate, its first image',
  more: `The key is made in the device's folder and never leaves it. Slot a gets the factory image, which must be signed like any
other: name a release of the maker's folder, or give the image and its boot manifest as files. What was interrupted goes on
when it is called again with the same claim.`,
  arguments: {},
  options: {
    claim: needed('--claim <file>', 'claim that `sealift enrol` wrote'),
    device: deviceFolder,
    serial: option('--serial <name>', 'the name that the device would like to have'),
    ...factoryOptions,
    slotBytes: option('--slot-bytes <count>', 'largest image that a slot holds', parseCount),
    healthLimit: option('--health-limit <duration>', 'a new image must say that it is well by then', parseDurationMs),
    watchdog: option('--watchdog <duration>', 'an image silent for so long hangs', parseDurationMs),
  },
  writes: true,
  inOrg: true,
  examples: [
    'sealift agent enrol --claim claim.json --device ./device-1 --factory-release thermostat/1.0.0',
    'sealift agent enrol --claim claim.json --device /var/lib/sealift --factory-image fw.img --factory-manifest fw.boot.json',
    'sealift agent enrol --claim claim.json --device ./device-1 --serial th-0042 --factory-release thermostat/1.0.0 --dry-run',
  ],
  async run(session, values) {
    const claim = parseJson(Claim, await readFile(values.claim), { lengthBytesMax: CLAIM_BYTES_MAX }, 'enrol.token')
    const factory = await readFactoryImage(session, values)
    const manifest = readBootManifest(factory.bootManifest, claim.bootKeysPem)
    requireSameProduct(manifest.product, claim.product)
    const pairs = [
      ['product', say`${claim.product} on ${claim.hardwareId}`],
      ['folder', values.device],
      ['first image', say`${manifest.version}, ${manifest.sha256.slice(0, 16)}…`],
    ] as const
    if (session.dryRun) {
      const json = { dryRun: true, product: claim.product, hardwareId: claim.hardwareId, version: manifest.version }
      return { json, lines: [...facts(pairs), say`dry run: the claim was not used, and nothing was written`] }
    }
    const boot = {
      ...(values.slotBytes !== undefined && { slotLengthBytesMax: values.slotBytes }),
      ...(values.healthLimit !== undefined && { healthTimeLimitMs: values.healthLimit }),
      ...(values.watchdog !== undefined && { watchdogMs: values.watchdog }),
    }
    const device = { claim, serial: values.serial, factory, boot }
    const deviceId = await makeDevice(values.device, session.clock, device)
    const { product, hardwareId } = claim
    const json = { deviceId, product, hardwareId, version: manifest.version, folder: values.device }
    const next = say`next: sealift agent run --device ${values.device}`
    return { json, lines: [...facts([['device', paint.strong(deviceId)], ...pairs]), next] }
  },
})

// Found out before the claim is used up.
function requireSameProduct(product: string, wanted: string): void {
  if (product !== wanted) throw new Fault('boot.hardware', { product, wanted })
}
