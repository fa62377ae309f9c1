// An organisation to try things in: made once for a test file, and copied as often as a test wants a fresh one.

import type { Product } from '@sealift/protocol'
import type { Disk } from '@sealift/world'
import { seededChance, VirtualClock, VirtualDisk } from '@sealift/world/virtual'
import { createRelease, type ReleaseWish } from '../build.ts'
import type { ImageSource } from '../image/source.ts'
import { passphraseOf } from '../keys/passphrase.ts'
import { createOrganisation, type ServerPart } from '../organisation.ts'
import { addProduct } from '../products.ts'

export const NOW_MS = Date.UTC(2026, 10, 20)
export const DAY_MS = 86_400_000

// One for all, so that a test file waits for one derivation.
export const passphrase = passphraseOf('correct horse battery')

export const thermostat: Product = {
  id: 'thermostat',
  name: 'Thermostat',
  hardwareIds: ['thermo-1', 'thermo-2'],
  support: {
    general_availability: '2026-01-01T00:00:00Z',
    end_of_sales: 'tba',
    end_of_security_support: '2036-01-01T00:00:00Z',
    end_of_life: 'tba',
    last_updated: '2026-01-01T00:00:00Z',
  },
}

export type Workshop = {
  readonly disk: VirtualDisk
  readonly clock: VirtualClock
  readonly chance: ReturnType<typeof seededChance>
  readonly passphrase: typeof passphrase
}

export function emptyWorkshop(disk = new VirtualDisk()): Workshop {
  return { disk, clock: new VirtualClock(NOW_MS), chance: seededChance(1), passphrase }
}

const made = makeOnce()

async function makeOnce(): Promise<{ files: Record<string, Uint8Array>; part: ServerPart }> {
  const workshop = emptyWorkshop()
  const watched = namesOf(workshop.disk)
  const part = await createOrganisation({
    ...workshop,
    disk: watched.disk,
    name: 'Lamps & Sons',
    hosts: ['127.0.0.1', 'localhost'],
  })
  await addProduct({ ...workshop, disk: watched.disk, product: thermostat })
  return { files: await filesOf(workshop.disk, watched.names), part }
}

/** A fresh copy of an organisation with one product. */
export async function newWorkshop(): Promise<Workshop & { readonly part: ServerPart }> {
  const { files, part } = await made
  return { ...emptyWorkshop(new VirtualDisk({ files })), part }
}

// A disk does not say which folders it has; whatever is kept in the end was renamed into place.
function namesOf(disk: Disk): { disk: Disk; names: Set<string> } {
  const names = new Set<string>()
  const rename: Disk['rename'] = async (from, to) => {
    await disk.rename(from, to)
    names.add(to)
  }
  const watched: Disk = {
    read: (name) => disk.read(name),
    list: (folder) => disk.list(folder),
    open: (name) => disk.open(name),
    remove: (name) => disk.remove(name),
    syncFolder: (folder) => disk.syncFolder(folder),
    rename,
  }
  return { disk: watched, names }
}

async function filesOf(disk: Disk, names: ReadonlySet<string>): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {}
  for (const name of names) {
    const bytes = await disk.read(name)
    if (bytes) files[name] = bytes
  }
  return files
}

/** An image in memory. */
export function sourceOf(bytes: Uint8Array | string): ImageSource {
  const image = Buffer.from(bytes)
  return {
    lengthBytes: image.length,
    readAt: async (offsetBytes, lengthBytes) => image.subarray(offsetBytes, offsetBytes + lengthBytes),
  }
}

export function wishOf(version: string, fields: Partial<ReleaseWish> = {}): ReleaseWish {
  return {
    product: 'thermostat',
    version,
    class: 'security',
    notes: { summary: 'Closes a hole.', risk: 'Somebody could open the door.', removes: '' },
    ...fields,
  }
}

/** Makes, and does not sign, a release of these bytes. */
export async function make(workshop: Workshop, version: string, bytes: string, fields: Partial<ReleaseWish> = {}) {
  return createRelease({ ...workshop, source: sourceOf(bytes), wish: wishOf(version, fields) })
}
