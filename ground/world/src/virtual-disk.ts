// A disk that keeps only what was synced, and can lose power or fail at any operation.

import assert from 'node:assert/strict'
import { Content } from './content.ts'
import { type Disk, type DiskFile, folderOf } from './disk.ts'
import { requireName } from './name.ts'
import type { ContentChange, EntryChange, Persistence } from './persistence.ts'

/** What every operation throws from the cut on. Nobody may catch it and go on. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

export type VirtualDiskOptions = {
  /** Content that is durable from the start. */
  readonly files?: Readonly<Record<string, Uint8Array>>
  /** Sum of all files' lengths at which writing fails with ENOSPC. */
  readonly lengthBytesMax?: number
}

export type Failure = {
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS'
  /** Operations of this kind that still succeed before it. */
  readonly after: number
  /** `change`: whatever alters or syncs the disk; `look`: whatever reads it. */
  readonly of?: 'change' | 'look'
  /** How many operations fail from then on; once when not given. */
  readonly times?: number
}

type Kind = NonNullable<Failure['of']>

/** A file apart from its name. `durable` follows `live` only at a sync. */
type Inode = { readonly live: Content; readonly durable: Content; changes: ContentChange[] }

type Entry = EntryChange & { readonly folder: string; readonly inode: Inode }

/**
 * Folders are durable from the moment they are made, as on the real disk (real-disk.ts syncs them); files, their
 * content and their names are durable only as POSIX promises: content by `sync`, names by `syncFolder`.
 */
export class VirtualDisk implements Disk {
  private readonly live = new Map<string, Inode>()
  private readonly durable = new Map<string, Inode>()
  private entryChanges: Entry[] = []
  private readonly lengthBytesMax: number
  private readonly counts: Record<Kind, number> = { change: 0, look: 0 }
  private cutAt = Number.POSITIVE_INFINITY
  private failures: { code: string; of: Kind; from: number; to: number }[] = []

  constructor(options: VirtualDiskOptions = {}) {
    this.lengthBytesMax = options.lengthBytesMax ?? Number.POSITIVE_INFINITY
    for (const [name, bytes] of Object.entries(options.files ?? {})) {
      const inode = { live: new Content(bytes), durable: new Content(bytes), changes: [] }
      this.live.set(requireName(name), inode)
      this.durable.set(name, inode)
    }
  }

  /** Changing operations so far: a rehearsal counts them, and then each is a place to cut. */
  get changes(): number {
    return this.counts.change
  }

  /** So many further changing operations succeed; everything after them throws `PowerCut`. */
  cut(afterChanges: number): void {
    this.cutAt = this.counts.change + afterChanges
  }

  fail(failure: Failure): void {
    const of = failure.of ?? 'change'
    const from = this.counts[of] + failure.after
    this.failures.push({ code: failure.code, of, from, to: from + (failure.times ?? 1) })
  }

  /** The disk as it is found after power-up: what was durable, and what the model lets survive of the rest. */
  restart(model: Persistence): VirtualDisk {
    this.cut(0)
    const entries = new Map(this.durable)
    for (const change of model.entries(this.entryChanges)) applyEntry(entries, change)
    const files: Record<string, Uint8Array> = {}
    for (const [name, inode] of entries) {
      const content = new Content(inode.durable.slice())
      for (const change of model.content(inode.changes)) content.apply(change)
      files[name] = content.slice()
    }
    return new VirtualDisk({ files, lengthBytesMax: this.lengthBytesMax })
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    this.begin('look')
    return this.live.get(requireName(name))?.live.slice()
  }

  async list(folder: string): Promise<readonly string[]> {
    this.begin('look')
    const names = [...this.live.keys()].filter((name) => folderOf(name) === folder)
    return names.map((name) => name.slice(folder === '' ? 0 : folder.length + 1)).sort()
  }

  async open(name: string): Promise<DiskFile> {
    const found = this.live.get(requireName(name))
    this.begin(found ? 'look' : 'change')
    const inode = found ?? { live: new Content(), durable: new Content(), changes: [] }
    if (!found) this.enter({ add: name, folder: folderOf(name), inode })
    return this.fileOf(inode)
  }

  async rename(from: string, to: string): Promise<void> {
    this.begin('change')
    const inode = this.live.get(requireName(from))
    if (!inode) throw errorOf('ENOENT')
    const [fromFolder, toFolder] = [folderOf(from), folderOf(requireName(to))]
    if (fromFolder === toFolder) return this.enter({ add: to, drop: from, folder: toFolder, inode })
    this.enter({ add: to, folder: toFolder, inode })
    this.enter({ drop: from, folder: fromFolder, inode })
  }

  async remove(name: string): Promise<void> {
    this.begin('change')
    const inode = this.live.get(requireName(name))
    if (inode) this.enter({ drop: name, folder: folderOf(name), inode })
  }

  async syncFolder(folder: string): Promise<void> {
    this.begin('change')
    for (const change of this.entryChanges) if (change.folder === folder) applyEntry(this.durable, change)
    this.entryChanges = this.entryChanges.filter((change) => change.folder !== folder)
  }

  private enter(change: Entry): void {
    applyEntry(this.live, change)
    this.entryChanges.push(change)
  }

  private fileOf(inode: Inode): DiskFile {
    let open = true
    const begin = (kind: Kind) => {
      assert(open, 'the file is closed')
      this.begin(kind)
    }
    return {
      lengthBytes: async () => {
        begin('look')
        return inode.live.lengthBytes
      },
      readAt: async (offsetBytes, lengthBytes) => {
        begin('look')
        return inode.live.slice(offsetBytes, lengthBytes)
      },
      writeAt: async (offsetBytes, bytes) => {
        begin('change')
        const fitting = bytes.slice(0, this.roomBytes(inode, offsetBytes))
        this.alter(inode, { change: 'write', offsetBytes, bytes: fitting })
        if (fitting.byteLength < bytes.byteLength) throw errorOf('ENOSPC')
      },
      truncate: async (lengthBytes) => {
        begin('change')
        this.alter(inode, { change: 'truncate', lengthBytes })
      },
      sync: async () => {
        begin('change')
        for (const change of inode.changes) inode.durable.apply(change)
        inode.changes = []
      },
      close: async () => {
        open = false
      },
    }
  }

  private alter(inode: Inode, change: ContentChange): void {
    inode.live.apply(change)
    inode.changes.push(change)
  }

  private roomBytes(inode: Inode, offsetBytes: number): number {
    if (this.lengthBytesMax === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const others = [...this.live.values()].filter((other) => other !== inode)
    const usedBytes = others.reduce((sum, other) => sum + other.live.lengthBytes, 0)
    return Math.max(0, this.lengthBytesMax - usedBytes - offsetBytes)
  }

  private begin(kind: Kind): void {
    if (this.counts.change >= this.cutAt) throw new PowerCut()
    const number = this.counts[kind]++
    const failure = this.failures.find(
      (failure) => failure.of === kind && failure.from <= number && number < failure.to,
    )
    if (failure) throw errorOf(failure.code)
  }
}

function applyEntry(entries: Map<string, Inode>, change: Entry): void {
  if (change.drop !== undefined) entries.delete(change.drop)
  if (change.add !== undefined) entries.set(change.add, change.inode)
}

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: on the virtual disk`), { code })
}
