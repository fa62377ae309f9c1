// The image that a new device first starts with, and the boot manifest that vouches for it.

import { readFile } from 'node:fs/promises'
import { Fault } from '@sealift/protocol'
import { realDisk } from '@sealift/world/real'
import { option } from './command.ts'
import { requireSide } from './org.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

export type FactoryImage = { readonly image: Uint8Array; readonly bootManifest: string }

export const factoryOptions = {
  factoryRelease: option('--factory-release <product/version>', 'signed release of the maker’s folder', parseRelease),
  factoryImage: option('--factory-image <file>', 'first image, with --factory-manifest'),
  factoryManifest: option('--factory-manifest <file>', 'its signed boot manifest'),
} as const

type FactoryValues = {
  readonly factoryRelease: ReleaseName | undefined
  readonly factoryImage: string | undefined
  readonly factoryManifest: string | undefined
}

/** @throws {UsageError} when no image is named */
export async function readFactoryImage(session: Session, values: FactoryValues): Promise<FactoryImage> {
  const { factoryRelease, factoryImage, factoryManifest } = values
  if (factoryRelease !== undefined) return await keptRelease(session, factoryRelease)
  if (factoryImage !== undefined && factoryManifest !== undefined) {
    return { image: await readFile(factoryImage), bootManifest: await readFile(factoryManifest, 'utf8') }
  }
  throw new UsageError(
    'a device needs a first image',
    'name a signed release with --factory-release, or files with --factory-image and --factory-manifest',
  )
}

type ReleaseName = { readonly product: string; readonly version: string }

function parseRelease(text: string): ReleaseName {
  const [product = '', version = '', ...rest] = text.split('/')
  if (product !== '' && version !== '' && rest.length === 0) return { product, version }
  throw new UsageError(`not a release: ${text}`, 'write it like thermostat/1.0.0')
}

async function keptRelease(session: Session, { product, version }: ReleaseName): Promise<FactoryImage> {
  const { bootManifestOf } = await import('@sealift/maker')
  const disk = realDisk(await requireSide(session, 'maker'))
  const bootManifest = await bootManifestOf(disk, product, version)
  const image = await disk.read(`releases/${product}/${version}.img`)
  if (!image) throw new Fault('keep.damaged', { product, version, why: 'its image is missing' })
  return { image, bootManifest }
}
