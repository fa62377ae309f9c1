import { expect, test } from 'vitest'
import type { Disk } from './disk.ts'
import { removeFile, replaceFile } from './durable.ts'
import { DROP, KEEP, METADATA_FIRST, type Persistence, subset, torn } from './persistence.ts'
import { seededChance } from './seeded-chance.ts'
import { PowerCut, VirtualDisk } from './virtual-disk.ts'

const OLD = new Uint8Array(1500).fill(1)
const NEW = new Uint8Array(2000).fill(2)
const NAME = 'boot/state'

const models: Persistence[] = [
  DROP,
  KEEP,
  METADATA_FIRST,
  ...Array.from({ length: 16 }, (_, seed) => subset(seededChance(seed))),
  ...Array.from({ length: 16 }, (_, seed) => torn(seededChance(seed))),
]

type Write = (disk: Disk) => Promise<void>

/** Cuts `write` before each of its operations and after the last, and says what was found after power-up, once each. */
async function found(write: Write): Promise<Set<string>> {
  const outcomes = new Set<string>()
  const rehearsal = new VirtualDisk({ files: { [NAME]: OLD } })
  await write(rehearsal)
  for (let cut = 0; cut <= rehearsal.changes; cut++) {
    for (const model of models) {
      const disk = new VirtualDisk({ files: { [NAME]: OLD } })
      disk.cut(cut)
      const done = await write(disk).then(
        () => true,
        (error) => {
          expect(error).toBeInstanceOf(PowerCut)
          return false
        },
      )
      outcomes.add(`${done ? 'written' : 'cut'}: ${nameOf(await disk.restart(model).read(NAME))}`)
    }
  }
  return outcomes
}

function nameOf(content: Uint8Array | undefined): string {
  if (content === undefined) return 'none'
  if (Buffer.compare(content, OLD) === 0) return 'old'
  return Buffer.compare(content, NEW) === 0 ? 'new' : 'torn'
}

test('replaceFile: a power cut at any operation leaves the old content or the new, and the new once it returned', async () => {
  const outcomes = await found((disk) => replaceFile(disk, NAME, NEW))
  expect([...outcomes].sort()).toEqual(['cut: new', 'cut: old', 'written: new'])
})

test('replaceFile: a temporary file that a power cut left behind does no harm', async () => {
  const outcomes = await found(async (disk) => {
    const left = await disk.open(`${NAME}.new`)
    await left.writeAt(0, new Uint8Array(5000).fill(3))
    await replaceFile(disk, NAME, NEW)
  })
  expect([...outcomes].sort()).toEqual(['cut: new', 'cut: old', 'written: new'])
})

test('removeFile: what was removed stays removed', async () => {
  expect([...(await found((disk) => removeFile(disk, NAME)))].sort()).toEqual([
    'cut: none',
    'cut: old',
    'written: none',
  ])
})

// The check above is worth something only if it catches those who do it wrong.
const defects: [defect: string, write: Write, caught: string][] = [
  [
    'written in place',
    async (disk) => {
      const file = await disk.open(NAME)
      await file.writeAt(0, NEW)
      await file.sync()
    },
    'cut: torn',
  ],
  ['not synced before the rename', (disk) => replaceFile(without(disk, 'sync'), NAME, NEW), 'written: torn'],
  ['folder not synced', (disk) => replaceFile(without(disk, 'syncFolder'), NAME, NEW), 'written: old'],
  [
    'old content removed first',
    async (disk) => {
      await removeFile(disk, NAME)
      await replaceFile(disk, NAME, NEW)
    },
    'cut: none',
  ],
]

test.each(defects)('a writer with a defect is caught: %s', async (_defect, write, caught) => {
  expect(await found(write)).toContain(caught)
})

function without(disk: Disk, operation: 'sync' | 'syncFolder'): Disk {
  const skip = async () => undefined
  return {
    read: (name) => disk.read(name),
    list: (folder) => disk.list(folder),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    syncFolder: operation === 'syncFolder' ? skip : (folder) => disk.syncFolder(folder),
    open: async (name) => {
      const file = await disk.open(name)
      return operation === 'sync' ? { ...file, sync: skip } : file
    },
  }
}
