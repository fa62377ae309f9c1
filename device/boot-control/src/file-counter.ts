// The security counter in a file. FOR DEVELOPMENT ONLY: it does not stop an attacker who holds the device.

import { createHmac } from 'node:crypto'
import { Counter, Fault, parseJson } from '@sealift/protocol'
import { type Chance, type Disk, replaceFile } from '@sealift/world'
import Type, { type Static } from 'typebox'
import type { SecurityCounter } from './security-counter.ts'
import { type Twin, twinOf } from './twin.ts'

const COUNTER_RECORD = 'boot/counter'
const KEY_FILE = 'boot/counter.key'
const KEY_BYTES = 32

const Record = Type.Object({ counter: Counter }, { additionalProperties: false })

/**
 * FOR DEVELOPMENT ONLY. The counter is kept in two copies with a keyed digest, never goes down by itself, and a file
 * that was edited, damaged or removed is noticed. But WHOEVER CAN WRITE TO THE DISK CAN PUT BACK OLDER COPIES of the files,
 * and so lower the floor: the key lies beside them. A product needs a counter in hardware.
 */
export function openFileCounter(disk: Disk): SecurityCounter {
  return {
    read: async () => (await (await recordOf(disk)).read()).counter,
    async raise(to) {
      const record = await recordOf(disk)
      const { counter } = await record.read()
      if (to > counter) await record.write({ counter: to })
    },
  }
}

/** Makes the counter of a new device, at 0. Once: to make it again would lower it. */
export async function makeFileCounter(disk: Disk, chance: Chance): Promise<SecurityCounter> {
  const key = chance.bytes(KEY_BYTES)
  await replaceFile(disk, KEY_FILE, key)
  await recordOn(disk, key).write({ counter: 0 })
  return openFileCounter(disk)
}

async function recordOf(disk: Disk): Promise<Twin<Static<typeof Record>>> {
  const key = await disk.read(KEY_FILE)
  if (key?.byteLength !== KEY_BYTES) throw new Fault('boot.state', { file: KEY_FILE })
  return recordOn(disk, key)
}

function recordOn(disk: Disk, key: Uint8Array): Twin<Static<typeof Record>> {
  return twinOf(disk, COUNTER_RECORD, {
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    parse: (bytes) => parseJson(Record, bytes, { lengthBytesMax: bytes.byteLength, depthMax: 4 }, 'boot.state'),
  })
}
