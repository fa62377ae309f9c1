// Which versions run, for each product, newest first.

import type { FleetView } from '@sealift/protocol'
import { countText } from '../words/amounts.ts'
import { type ProductVersions, versionsOf } from '../words/versions.ts'
import { Legend, type Part, StackedBar } from './stacked-bar.tsx'

// The three strongest shades carry their version inside; on the others the legend alone says it.
const SHADES = [
  { fill: 'bg-shade-0 text-on-accent', isDark: true },
  { fill: 'bg-shade-1', isDark: false },
  { fill: 'bg-shade-2', isDark: false },
  { fill: 'bg-shade-3', isDark: false },
  { fill: 'bg-shade-4', isDark: false },
] as const

export function VersionBars({ byVersion }: { byVersion: FleetView['byVersion'] }) {
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[repeat(auto-fit,minmax(17rem,1fr))]">
      {versionsOf(byVersion).map((product) => (
        <ProductBar key={product.product} {...product} />
      ))}
    </div>
  )
}

function ProductBar({ product, devices, versions }: ProductVersions) {
  const parts = versions.map(({ version, devices: amount, shade }): Part => {
    const { fill, isDark } = SHADES[shade] ?? SHADES[4]
    return { key: version, label: version, amount, fill, ...(isDark ? { inside: version } : {}) }
  })
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <h3 className="font-medium">{product}</h3>
        <span className="text-soft tabular-nums">{countText(devices, 'device')}</span>
      </div>
      <StackedBar label={`Versions of ${product}`} parts={parts} noun="device" tall />
      <Legend parts={parts} />
    </div>
  )
}
