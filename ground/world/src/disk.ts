// A durable store with the promises of POSIX and no more: what is not synced may be lost, torn or reordered by a power cut.

/**
 * Names are relative, with `/` between folders; parents are made as needed. Only the operations here exist, so that
 * a simulator can cut the power between any two of them. Keep small files with `replaceFile` (durable.ts).
 * Errors are those of the operating system: `ENOSPC`, `EIO`, `EROFS` in `error.code`.
 */
export interface Disk {
  /** Whole content; undefined when there is no such file. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Names of the files directly in `folder`, sorted; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Opens for reading and writing at random; makes the file when it is not there. */
  open(name: string): Promise<DiskFile>
  /** Atomic in sight of other processes; durable only after `syncFolder`. */
  rename(from: string, to: string): Promise<void>
  /** No error when there is no such file. */
  remove(name: string): Promise<void>
  /** Makes creations, renames and removals in `folder` durable. */
  syncFolder(folder: string): Promise<void>
}

export interface DiskFile {
  lengthBytes(): Promise<number>
  /** Short only at the end of the file. */
  readAt(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>
  /** Writes all of `bytes`, or throws. */
  writeAt(offsetBytes: number, bytes: Uint8Array): Promise<void>
  truncate(lengthBytes: number): Promise<void>
  /** Returns when content and length are durable. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Folder part of a name; empty for a name at the top. */
export function folderOf(name: string): string {
  const slash = name.lastIndexOf('/')
  return slash < 0 ? '' : name.slice(0, slash)
}
