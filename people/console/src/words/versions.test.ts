// Versions are ordered as versions, not as text.

import { expect, test } from 'vitest'
import { versionsOf } from './versions.ts'

test('newest first, 1.10 after 1.9, a pre-release before its release', () => {
  const [bulb] = versionsOf(
    ['1.9.0', '1.10.0', '1.10.0-rc.1', '0.9.0'].map((version) => ({ product: 'bulb', version, devices: 2 })),
  )
  expect(bulb?.versions.map(({ version }) => version)).toEqual(['1.10.0', '1.10.0-rc.1', '1.9.0', '0.9.0'])
  expect(bulb?.devices).toBe(8)
})

test('products by name, and old versions share the last shade', () => {
  const all = versionsOf([
    { product: 'tv', version: '1.0.0', devices: 1 },
    ...Array.from({ length: 7 }, (_, minor) => ({ product: 'bulb', version: `1.${minor}.0`, devices: 1 })),
  ])
  expect(all.map(({ product }) => product)).toEqual(['bulb', 'tv'])
  expect(all[0]?.versions.map(({ shade }) => shade)).toEqual([0, 1, 2, 3, 4, 4, 4])
})
