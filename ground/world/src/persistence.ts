// What a power cut leaves of what was never synced: one model for each way in which file systems and media are known to forget.

import type { Chance } from './chance.ts'

/** One change to the content of a file since it was last synced. */
export type ContentChange =
  | { readonly change: 'write'; readonly offsetBytes: number; readonly bytes: Uint8Array }
  | { readonly change: 'truncate'; readonly lengthBytes: number }

/** One change to a folder since it was last synced. A rename within a folder is one change: it survives whole or not at all. */
export type EntryChange = { readonly add?: string; readonly drop?: string }

/** Each function picks, in order, the changes that reached the medium; it may make several changes of one. */
export type Persistence = {
  readonly name: string
  content(changes: readonly ContentChange[]): readonly ContentChange[]
  entries<E extends EntryChange>(changes: readonly E[]): readonly E[]
}

/** Nothing reached the medium. */
export const DROP: Persistence = { name: 'drop', content: () => [], entries: () => [] }

/** Everything did. This is also what the death of a process leaves. */
export const KEEP: Persistence = { name: 'keep', content: (changes) => changes, entries: (changes) => changes }

/** Names did, content did not: ext4 with delayed allocation leaves an empty file under the new name. */
export const METADATA_FIRST: Persistence = {
  name: 'metadata-first',
  content: () => [],
  entries: (changes) => changes,
}

/** Each change did or did not, by chance. */
export function subset(chance: Chance): Persistence {
  const half = <T>(changes: readonly T[]) => changes.filter(() => chance.fraction() < 0.5)
  return { name: 'subset', content: half, entries: half }
}

/** Each sector of 512 bytes of each write did or did not, by chance. */
export function torn(chance: Chance): Persistence {
  const half = <T>(changes: readonly T[]) => changes.filter(() => chance.fraction() < 0.5)
  return { name: 'torn', content: (changes) => half(changes.flatMap(sectorsOf)), entries: half }
}

const SECTOR_BYTES = 512

function sectorsOf(change: ContentChange): ContentChange[] {
  if (change.change === 'truncate') return [change]
  const sectors: ContentChange[] = []
  const end = change.offsetBytes + change.bytes.byteLength
  for (let from = change.offsetBytes; from < end; ) {
    const to = Math.min(end, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES)
    const bytes = change.bytes.subarray(from - change.offsetBytes, to - change.offsetBytes)
    sectors.push({ change: 'write', offsetBytes: from, bytes })
    from = to
  }
  return sectors
}
