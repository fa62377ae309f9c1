// Claims: an operator's word that so many devices of one kind may join, until some date.

import { type Actor, type Claim, type ClaimRequest, Fault } from '@sealift/protocol'
import { latestDirectorRoot } from '../director/director-root.ts'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { keptFile } from '../repository/image-files.ts'
import { readJsonText } from '../store/json-text.ts'
import type { Trx } from '../store/store.ts'
import { hashOf, newSecret } from './secret.ts'

const DAY_S = 86_400

/**
 * Everything that brings a device into the fleet. The token in it is shown here and never again.
 * @throws {Fault} `assign.unknown`, `assign.invalid`
 */
export async function makeClaim(house: House, request: ClaimRequest, actor: Actor): Promise<Claim> {
  const nowMs = house.clock.nowMs()
  const { product, hardwareId } = request
  const devices = request.devices ?? 1
  const expiresAtMs = nowMs + (request.validS ?? DAY_S) * 1000
  const token = newSecret(house.chance, 'claim')
  const roots = await house.store.transaction().execute(async (trx) => {
    await requireKind(trx, product, hardwareId)
    await trx
      .insertInto('claim')
      .values({
        token_hash: hashOf(token),
        product,
        hardware_id: hardwareId,
        uses_left: devices,
        expires_at_ms: expiresAtMs,
        created_by: actor.id,
        created_at_ms: nowMs,
      })
      .execute()
    const facts = { hardwareId, devices, expiresAtMs }
    await appendJournal(trx, nowMs, { actor, action: 'claim.made', subject: product, facts })
    return await currentRoots(trx)
  })
  const { peopleUrl, deviceUrl, serverCaPem, bootKeysPem } = house.settings
  return {
    format: 'sealift-claim-1',
    token,
    expiresAtMs,
    product,
    hardwareId,
    enrolUrl: peopleUrl,
    deviceUrl,
    serverCaPem,
    ...roots,
    bootKeysPem: [...bootKeysPem],
  }
}

async function requireKind(trx: Trx, product: string, hardwareId: string): Promise<void> {
  const row = await trx.selectFrom('product').select('hardware_ids').where('id', '=', product).executeTakeFirst()
  if (!row) throw new Fault('assign.unknown', { product })
  if (!readJsonText(row.hardware_ids).includes(hardwareId)) {
    throw new Fault('assign.invalid', { why: 'not hardware of this product', product, hardwareId })
  }
}

async function currentRoots(trx: Trx): Promise<Pick<Claim, 'imageRoot' | 'directorRoot'>> {
  const image = await keptFile(trx, 'root', undefined)
  if (!image) throw new Fault('keep.damaged', { what: 'image repository', why: 'no root' })
  return { imageRoot: image.text, directorRoot: (await latestDirectorRoot(trx)).text }
}
