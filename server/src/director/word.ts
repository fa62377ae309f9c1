// What the director says to one device: at most one image, for its one component, or why there is none.

import { createHash } from 'node:crypto'
import type { WhyNot } from '@sealift/protocol'
import { canonicalJson, componentOf, type DirectorWord, type Target } from '@sealift/trust'
import type { DeviceRow, ReleaseRow } from '../store/schema.ts'

/** What the rollouts decided about a device. */
export type Assigned = {
  readonly release?: ReleaseRow
  readonly rolloutId?: string
  readonly attempt: number
  readonly whyNot?: WhyNot
}

/** The part of the director's targets file that depends on the assignment. */
export type Word = {
  readonly targets: Readonly<Record<string, Target>>
  readonly 'x-sealift': DirectorWord
}

/** Uptane 2.1 §5.4.2.1: the component is named, with its hardware, so that no other device can use the file. */
export function wordFor(device: Pick<DeviceRow, 'id' | 'hardware_id'>, assigned: Assigned): Word {
  const { release, attempt, whyNot } = assigned
  return {
    targets: release
      ? {
          [release.target_path]: {
            length: release.length_bytes,
            hashes: { sha256: release.sha256 },
            custom: { ecuIdentifiers: { [componentOf(device.id)]: { hardwareId: device.hardware_id } } },
          },
        }
      : {},
    'x-sealift': { deviceId: device.id, attempt, ...(whyNot && !release && { whyNot }) },
  }
}

/** Two words with the same hash need no new signature. */
export function contentHashOf(word: Word): string {
  return createHash('sha256').update(canonicalJson(word)).digest('hex')
}
