// `sealift enrol`: make a claim, the one-time word that brings devices into the fleet.

import { open, rm } from 'node:fs/promises'
import { Claim, type ClaimRequest, PEOPLE_ROUTES, ProductView, pathOf } from '@sealift/protocol'
import { withApi } from '../api.ts'
import { command, needed, option, optionOr } from '../command.ts'
import { parseCount } from '../count.ts'
import { parseDurationMs } from '../durations.ts'
import { paint } from '../output/paint.ts'
import { moment } from '../output/quantities.ts'
import { neutraliseJson, say } from '../output/safe-text.ts'
import { facts } from '../output/table.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'

export const enrol = command({
  summary: 'make a claim that brings devices into the fleet',
  more: `A claim holds a secret and everything that a device is to trust from then on. Carry it over a channel that nobody else
reads: the factory line, a USB stick. Written to a file it is readable by its owner only; without --out it goes to stdout.`,
  arguments: {},
  options: {
    product: needed('--product <id>', 'product that the devices are'),
    hardware: option('--hardware <id>', 'board model that the devices are; needed when the product has several'),
    devices: optionOr('--devices <count>', 'how many devices may use it', 1, parseCount),
    validFor: option('--valid-for <duration>', 'for how long it may be used; 24h', parseDurationMs),
    out: option('--out <file>', 'file to write'),
  },
  writes: true,
  inOrg: true,
  examples: [
    'sealift enrol --product thermostat --hardware thermo-1 --out claim.json',
    'sealift enrol --product thermostat --hardware thermo-1 --devices 500 --valid-for 8h --out shift.json',
    'sealift enrol --product thermostat > claim.json',
  ],
  async run(session, { product, hardware, devices, validFor, out }) {
    const hardwareId = hardware ?? (await onlyHardwareOf(session, product))
    const asked: ClaimRequest = {
      product,
      hardwareId,
      devices,
      ...(validFor !== undefined && { validS: Math.ceil(validFor / 1000) }),
    }
    if (session.dryRun) {
      const words = say`dry run: would make a claim for ${devices} × ${product} on ${hardwareId}, to ${out ?? 'stdout'}`
      return { json: { dryRun: true, asked, file: out ?? null }, lines: [words] }
    }
    if (out === undefined) {
      const claim = await makeClaim(session, asked)
      session.terminal.writeOut(`${neutraliseJson(JSON.stringify(claim, null, 2))}\n`)
      return undefined
    }
    const { expiresAtMs } = await writeNew(out, () => makeClaim(session, asked))
    const lines = [
      say`${paint.good('made')} a claim; it is a secret`,
      ...facts([
        ['file', out],
        ['devices', devices],
        ['until', moment(expiresAtMs)],
      ]),
      say`next: sealift agent enrol --claim ${out} --device ./device-1`,
    ]
    return { json: { file: out, product, hardwareId, devices, expiresAtMs }, lines }
  },
})

async function onlyHardwareOf(session: Session, product: string): Promise<string> {
  const path = pathOf(PEOPLE_ROUTES.product, { product })
  const { hardwareIds } = await withApi(session, (api) => api.get(ProductView, path))
  const [only, another] = hardwareIds
  if (only !== undefined && another === undefined) return only
  throw new UsageError(`${product} runs on several boards`, `choose one with --hardware: ${hardwareIds.join(', ')}`)
}

function makeClaim(session: Session, asked: ClaimRequest): Promise<Claim> {
  return withApi(session, (api) => api.post(Claim, PEOPLE_ROUTES.claims, asked))
}

// The file comes first: a claim that nobody could keep should not be made.
async function writeNew<T>(path: string, make: () => Promise<T>): Promise<T> {
  const file = await open(path, 'wx', 0o600)
  try {
    const made = await make()
    await file.writeFile(`${JSON.stringify(made, null, 2)}\n`)
    return made
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
