// A device redeems a claim: its key becomes a device of ours, with a name and a certificate.

import { createHash } from 'node:crypto'
import { type Enrolled, type EnrolRequest, Fault } from '@sealift/protocol'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import type { Trx } from '../store/store.ts'
import { readCertificateRequest } from './certificate-request.ts'
import { issueCertificate } from './device-certificate.ts'
import { newDeviceId } from './device-name.ts'
import { hashOf } from './secret.ts'

type Redeeming = {
  readonly tokenHash: string
  readonly spki: Uint8Array
  readonly spkiHash: string
  readonly serial: string | undefined
}

type Redeemed = { readonly deviceId: string; readonly certificatePem: string; readonly isNew: boolean }

/**
 * Asking again with the same token and key gives the same answer, so a lost reply costs no claim.
 * @throws {Fault} `enrol.request`, `enrol.token`, `enrol.identity`
 */
export async function enrol(house: House, request: EnrolRequest): Promise<Enrolled> {
  const spki = await readCertificateRequest(request.csrPem)
  const redeeming: Redeeming = {
    tokenHash: hashOf(request.token),
    spki,
    spkiHash: createHash('sha256').update(spki).digest('hex'),
    serial: request.serial,
  }
  const redeemed = await house.store.transaction().execute((trx) => redeem(trx, house, redeeming))
  if (redeemed.isNew) house.live.tell({ kind: 'device', id: redeemed.deviceId })
  const { deviceId, certificatePem } = redeemed
  return { deviceId, certificatePem, pollMs: house.settings.pollMs }
}

async function redeem(trx: Trx, house: House, redeeming: Redeeming): Promise<Redeemed> {
  const nowMs = house.clock.nowMs()
  const claim = await trx
    .selectFrom('claim')
    .selectAll()
    .where('token_hash', '=', redeeming.tokenHash)
    .executeTakeFirst()
  if (!claim) throw new Fault('enrol.token', { why: 'unknown' })
  const earlier = await redeemedEarlier(trx, redeeming)
  if (earlier) return earlier
  if (claim.expires_at_ms <= nowMs) throw new Fault('enrol.token', { why: 'past its date' })
  if (claim.uses_left <= 0) throw new Fault('enrol.token', { why: 'used up' })
  await requireNewKey(trx, redeeming.spki)

  const deviceId = await newDeviceId(trx, house.chance, claim.product, redeeming.serial)
  const issued = await issueCertificate(
    house.keys.deviceCa,
    house.chance,
    { id: deviceId, spki: redeeming.spki },
    nowMs,
  )
  await trx
    .updateTable('claim')
    .set({ uses_left: claim.uses_left - 1 })
    .where('token_hash', '=', redeeming.tokenHash)
    .execute()
  await trx
    .insertInto('device')
    .values({
      id: deviceId,
      product: claim.product,
      hardware_id: claim.hardware_id,
      status: 'enrolled',
      certificate_fingerprint: issued.fingerprint,
      public_key_spki: redeeming.spki,
      serial: redeeming.serial ?? null,
      enrolled_at_ms: nowMs,
    })
    .execute()
  await trx.insertInto('device_state').values({ device_id: deviceId }).execute()
  await trx
    .insertInto('enrolment')
    .values({
      token_hash: redeeming.tokenHash,
      spki_hash: redeeming.spkiHash,
      device_id: deviceId,
      certificate_pem: issued.certificatePem,
    })
    .execute()
  await appendJournal(trx, nowMs, {
    actor: { kind: 'device', id: deviceId },
    action: 'device.enrolled',
    subject: deviceId,
    facts: {
      product: claim.product,
      hardwareId: claim.hardware_id,
      fingerprint: issued.fingerprint,
      claimBy: claim.created_by,
    },
  })
  return { deviceId, certificatePem: issued.certificatePem, isNew: true }
}

async function redeemedEarlier(trx: Trx, { tokenHash, spkiHash }: Redeeming): Promise<Redeemed | undefined> {
  const row = await trx
    .selectFrom('enrolment')
    .innerJoin('device', 'device.id', 'enrolment.device_id')
    .select(['enrolment.device_id', 'enrolment.certificate_pem', 'device.status'])
    .where('enrolment.token_hash', '=', tokenHash)
    .where('enrolment.spki_hash', '=', spkiHash)
    .executeTakeFirst()
  if (!row) return undefined
  if (row.status !== 'enrolled') throw new Fault('enrol.identity', { why: row.status })
  return { deviceId: row.device_id, certificatePem: row.certificate_pem, isNew: false }
}

// One key, one device: two that share a key could not be told apart (attack 31).
async function requireNewKey(trx: Trx, spki: Uint8Array): Promise<void> {
  const known = await trx.selectFrom('device').select('id').where('public_key_spki', '=', spki).executeTakeFirst()
  if (known) throw new Fault('enrol.request', { why: 'this key is already the key of a device' })
}
