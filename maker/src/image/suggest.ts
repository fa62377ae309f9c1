// The version that an image carries, as one that we can order.

import { Version } from '@sealift/protocol'
import { Value } from 'typebox/value'
import type { Inspection } from './inspect.ts'

/** `v1.4` and `1.4.0+17` become `1.4.0`; undefined when the image carries none, or none like this. */
export function suggestVersion(inspection: Inspection): string | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+.*)?$/.exec(
    String(inspection.facts['version'] ?? ''),
  )
  if (!found) return undefined
  const [, major, minor, patch = '0', preRelease = ''] = found
  const version = `${major}.${minor}.${patch}${preRelease}`
  return Value.Check(Version, version) ? version : undefined
}
