// What of the maker's will end, and when: metadata and certificates, the soonest first.

import { productRoleOf } from '@sealift/protocol'
import { expiresAtMs, type Role, readMetadataText } from '@sealift/trust'
import type { Disk } from '@sealift/world'
import { validityOf } from './certificates.ts'
import { NAMES, readText } from './folder.ts'
import { LIFETIME_MS } from './lifetimes.ts'
import { listProducts } from './products.ts'

export type Expiry = {
  /** For example `image root`, `product/thermostat`, `server certificate`. */
  readonly what: string
  readonly expiresAtMs: number
  /** Part of its lifetime that is left: 1 when it was just made, 0 or less when it is over. */
  readonly leftFraction: number
}

/** Something with an end, and how long it was made to last. */
export type Lifetime = { readonly what: string; readonly expiresAtMs: number; readonly lifetimeMs: number }

/** Pure: the soonest end first. */
export function forecastExpiry(lifetimes: readonly Lifetime[], nowMs: number): readonly Expiry[] {
  return lifetimes
    .map(({ what, expiresAtMs, lifetimeMs }) => ({
      what,
      expiresAtMs,
      leftFraction: (expiresAtMs - nowMs) / lifetimeMs,
    }))
    .sort((have, want) => have.expiresAtMs - want.expiresAtMs)
}

/** Metadata does not say when it was made, so its role's lifetime is given. */
export function lifetimeOfMetadata(what: string, role: Role, text: string, lifetimeMs: number): Lifetime {
  return { what, expiresAtMs: expiresAtMs(readMetadataText(role, text).signed), lifetimeMs }
}

export function lifetimeOfCertificate(what: string, certificatePem: string): Lifetime {
  const { fromMs, untilMs } = validityOf(certificatePem)
  return { what, expiresAtMs: untilMs, lifetimeMs: untilMs - fromMs }
}

/** Everything in the maker's folder that ends. */
export async function readLifetimes(disk: Disk): Promise<readonly Lifetime[]> {
  const products = await listProducts(disk)
  const metadata = async (what: string, role: Role, name: string, lifetimeMs: number) =>
    lifetimeOfMetadata(what, role, await readText(disk, name), lifetimeMs)
  const certificate = async (what: string, name: string) => lifetimeOfCertificate(what, await readText(disk, name))
  return Promise.all([
    metadata('image root', 'root', NAMES.imageRoot, LIFETIME_MS.root),
    metadata('image targets', 'targets', NAMES.imageTargets, LIFETIME_MS.targets),
    metadata('director root', 'root', NAMES.directorRoot, LIFETIME_MS.root),
    ...products.map(({ id }) => metadata(productRoleOf(id), 'targets', NAMES.productMetadata(id), LIFETIME_MS.product)),
    certificate('server authority', NAMES.serverCa),
    certificate('server certificate', NAMES.server),
    certificate('device authority', NAMES.deviceCa),
  ])
}
