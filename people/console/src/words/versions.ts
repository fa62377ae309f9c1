// The versions of one product, newest first, each with a shade: the newer, the stronger.

import { compareVersions, type FleetView } from '@sealift/protocol'

export type VersionShare = { readonly version: string; readonly devices: number; readonly shade: number }
export type ProductVersions = {
  readonly product: string
  readonly devices: number
  readonly versions: readonly VersionShare[]
}

const SHADE_MAX = 4

export function versionsOf(byVersion: FleetView['byVersion']): readonly ProductVersions[] {
  const products = Map.groupBy(byVersion, ({ product }) => product)
  return [...products]
    .toSorted(([have], [want]) => have.localeCompare(want))
    .map(([product, rows]) => ({
      product,
      devices: rows.reduce((sum, { devices }) => sum + devices, 0),
      versions: rows
        .toSorted((have, want) => compareVersions(want.version, have.version))
        .map(({ version, devices }, place) => ({ version, devices, shade: Math.min(place, SHADE_MAX) })),
    }))
}
