// A small record that is kept twice, so that one copy is always whole.

import assert from 'node:assert/strict'
import { Fault } from '@sealift/protocol'
import { type Disk, folderOf } from '@sealift/world'
import { diskErrorOf } from './disk-error.ts'

export type Twin<T> = {
  /** @throws {Fault} `boot.state` when neither copy is whole */
  read(): Promise<T>
  /**
   * Durable when it returns, in one copy at least.
   * @throws the disk's error when neither copy could be written
   */
  write(value: T): Promise<void>
}

export type TwinForm<T> = {
  /** Proof that a text is whole: 64 hexadecimal digits. */
  digest(text: string): string
  /** @throws {Fault} when it is not of its shape */
  parse(bytes: Uint8Array): T
}

// Every copy has this length from its first write on and is overwritten in place: it needs no new block, so that a full
// disk cannot keep a device from booting.
const COPY_BYTES = 4096

type Copy<T> = { readonly file: string; readonly found: { readonly sequence: number; readonly value: T } | undefined }

/**
 * The record `name`, in the files `<name>.0` and `<name>.1`. Each holds one line: digest, sequence number, JSON in ASCII.
 * A write goes to both, and first to the one that is damaged or older: so at every moment one of them is whole.
 */
export function twinOf<T>(disk: Disk, name: string, form: TwinForm<T>): Twin<T> {
  let sequence = 0

  /** The newest last. */
  async function readCopies(): Promise<Copy<T>[]> {
    const copies: Copy<T>[] = []
    for (const file of [`${name}.0`, `${name}.1`]) copies.push({ file, found: await readCopy(disk, file, form) })
    copies.sort((have, want) => (have.found?.sequence ?? 0) - (want.found?.sequence ?? 0))
    // A number is never used twice, not even after a write that failed half-way.
    sequence = Math.max(sequence, copies.at(-1)?.found?.sequence ?? 0)
    return copies
  }

  return {
    async read() {
      const newest = (await readCopies()).at(-1)?.found
      if (!newest) throw new Fault('boot.state', { file: name })
      return newest.value
    },
    async write(value) {
      const copies = await readCopies()
      const bytes = lineOf(form, ++sequence, value)
      const errors: unknown[] = []
      for (const { file } of copies)
        await writeCopy(disk, file, bytes).catch((error: unknown) => errors.push(asDiskError(error)))
      if (errors.length === copies.length) throw errors[0]
    },
  }
}

function lineOf<T>(form: TwinForm<T>, sequence: number, value: T): Uint8Array {
  const text = `${sequence} ${JSON.stringify(value).replace(/[^\x20-\x7e]/g, escapeCharacter)}`
  const line = `${form.digest(text)} ${text}\n`
  assert(line.length <= COPY_BYTES, 'the record is too long for its copies')
  return Buffer.from(line.padEnd(COPY_BYTES, '\n'), 'latin1')
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

// Whatever is wrong with a copy, the other one counts: so a copy that cannot be read is no error.
async function readCopy<T>(disk: Disk, file: string, form: TwinForm<T>): Promise<Copy<T>['found']> {
  const bytes = await disk.read(file).catch((error: unknown) => void asDiskError(error))
  if (bytes?.byteLength !== COPY_BYTES) return undefined
  const match = /^([0-9a-f]{64}) (([1-9]\d{0,14}) (.+))\n+$/.exec(Buffer.from(bytes).toString('latin1'))
  const [, digest, text = '', sequence, json = ''] = match ?? []
  if (!match || form.digest(text) !== digest) return undefined
  try {
    return { sequence: Number(sequence), value: form.parse(Buffer.from(json, 'latin1')) }
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

async function writeCopy(disk: Disk, name: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(name)
  try {
    await file.truncate(bytes.byteLength)
    await file.writeAt(0, bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.syncFolder(folderOf(name))
}

function asDiskError(error: unknown): Error {
  if (diskErrorOf(error) === undefined) throw error
  return error as Error
}
