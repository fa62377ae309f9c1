// A device asks what it is to run: its word is kept as it is signed, and signed anew only when it changes or grows old.

import type { House } from '../house.ts'
import { assignDevice } from '../rollouts/assign-device.ts'
import type { DeviceRow } from '../store/schema.ts'
import type { Trx } from '../store/store.ts'
import { signWord, WORD_VALID_MS } from './sign-word.ts'
import { type Assigned, contentHashOf, type Word, wordFor } from './word.ts'

export type Directed = {
  readonly etag: string
  /** Exact text of the director's timestamp; undefined when the device has it already. */
  readonly timestamp: string | undefined
}

/** @param etagHave  of the timestamp that the device has */
export async function direct(house: House, device: DeviceRow, etagHave: string | undefined): Promise<Directed> {
  const { changed, ...directed } = await house.store.transaction().execute(async (trx) => {
    const { etag, changed } = await bringUpToDate(trx, house, device)
    return { etag, changed, timestamp: etag === etagHave ? undefined : await timestampOf(trx, device.id) }
  })
  if (changed) house.live.tell({ kind: 'device', id: device.id })
  return directed
}

async function timestampOf(trx: Trx, deviceId: string): Promise<string> {
  const { timestamp } = await trx
    .selectFrom('director_metadata')
    .select('timestamp')
    .where('device_id', '=', deviceId)
    .executeTakeFirstOrThrow()
  return timestamp
}

async function bringUpToDate(
  trx: Trx,
  house: House,
  device: DeviceRow,
): Promise<{ readonly etag: string; readonly changed: boolean }> {
  const nowMs = house.clock.nowMs()
  const assigned = await assignDevice(trx, device, nowMs)
  const word = wordFor(device, assigned)
  const contentHash = contentHashOf(word)
  const have = await trx
    .selectFrom('director_metadata')
    .select(['version', 'content_hash', 'etag', 'expires_at_ms'])
    .where('device_id', '=', device.id)
    .executeTakeFirst()
  const changed = have?.content_hash !== contentHash
  if (have && !changed && have.expires_at_ms - nowMs >= WORD_VALID_MS / 2) return { etag: have.etag, changed }

  const etag = await signAndKeep(trx, house, device, { word, contentHash, version: (have?.version ?? 0) + 1, nowMs })
  if (changed) await remember(trx, device, assigned)
  return { etag, changed }
}

async function signAndKeep(
  trx: Trx,
  house: House,
  device: DeviceRow,
  next: { readonly word: Word; readonly contentHash: string; readonly version: number; readonly nowMs: number },
): Promise<string> {
  const { version } = next
  const row = {
    version,
    content_hash: next.contentHash,
    ...(await signWord(house.keys, next.word, version, next.nowMs)),
  }
  await trx
    .insertInto('director_metadata')
    .values({ device_id: device.id, ...row })
    .onConflict((conflict) => conflict.column('device_id').doUpdateSet(row))
    .execute()
  return row.etag
}

// What the device itself says of it comes later, with its reports, and then counts for more.
async function remember(trx: Trx, device: DeviceRow, { release, rolloutId, whyNot }: Assigned): Promise<void> {
  await trx
    .updateTable('device_state')
    .set({
      wanted_version: release?.version ?? null,
      rollout_id: rolloutId ?? null,
      why_not: whyNot ?? null,
    })
    .where('device_id', '=', device.id)
    .execute()
}
