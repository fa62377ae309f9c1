// Products as they are kept and as people see them.

import { type Actor, Fault, isPastSupport, type Product, type ProductView, type Support } from '@sealift/protocol'
import { canonicalJson } from '@sealift/trust'
import type { House } from '../house.ts'
import { appendJournal } from '../journal/append.ts'
import { jsonText, readJsonText } from '../store/json-text.ts'
import type { ProductRow } from '../store/schema.ts'
import type { Store, Trx } from '../store/store.ts'

export async function listProducts(house: Pick<House, 'store' | 'clock'>): Promise<readonly ProductView[]> {
  const rows = await withDevices(house.store).orderBy('created_at_ms', 'desc').orderBy('id').execute()
  return rows.map((row) => viewOf(row, house.clock.nowMs()))
}

/** @throws {Fault} `assign.unknown` */
export async function findProduct(house: Pick<House, 'store' | 'clock'>, id: string): Promise<ProductView> {
  return await viewFrom(house.store, id, house.clock.nowMs())
}

/** @throws {Fault} `publish.conflict` when there is another product under this id */
export async function addProduct(
  house: House,
  product: Product,
  actor: Actor,
): Promise<{ readonly product: ProductView; readonly isNew: boolean }> {
  const nowMs = house.clock.nowMs()
  const added = await house.store.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('product').selectAll().where('id', '=', product.id).executeTakeFirst()
    if (known) {
      requireSame(known, product)
      return { product: await viewFrom(trx, product.id, nowMs), isNew: false }
    }
    await trx
      .insertInto('product')
      .values({
        id: product.id,
        name: product.name,
        hardware_ids: jsonText(product.hardwareIds),
        support: jsonText(product.support),
        created_at_ms: nowMs,
      })
      .execute()
    const facts = { name: product.name, hardwareIds: product.hardwareIds.join(' '), ...product.support }
    await appendJournal(trx, nowMs, { actor, action: 'product.added', subject: product.id, facts })
    return { product: await viewFrom(trx, product.id, nowMs), isNew: true }
  })
  if (added.isNew) house.live.tell({ kind: 'product', id: product.id })
  return added
}

/** @throws {Fault} `assign.unknown` */
export async function setSupport(house: House, id: string, support: Support, actor: Actor): Promise<ProductView> {
  const nowMs = house.clock.nowMs()
  const view = await house.store.transaction().execute(async (trx) => {
    await trx
      .updateTable('product')
      .set({ support: jsonText(support) })
      .where('id', '=', id)
      .execute()
    const changed = await viewFrom(trx, id, nowMs)
    await appendJournal(trx, nowMs, { actor, action: 'product.support-changed', subject: id, facts: support })
    return changed
  })
  house.live.tell({ kind: 'product', id })
  return view
}

type ProductWithDevices = ProductRow & { readonly devices: number }

async function viewFrom(asked: Store | Trx, id: string, nowMs: number): Promise<ProductView> {
  const row = await withDevices(asked).where('id', '=', id).executeTakeFirst()
  if (!row) throw new Fault('assign.unknown', { product: id })
  return viewOf(row, nowMs)
}

function withDevices(asked: Store | Trx) {
  return asked
    .selectFrom('product')
    .selectAll()
    .select((select) =>
      select
        .selectFrom('device')
        .select((of) => of.fn.countAll<number>().as('devices'))
        .whereRef('device.product', '=', 'product.id')
        .where('device.status', '!=', 'retired')
        .$asScalar()
        .$notNull()
        .as('devices'),
    )
}

function viewOf(row: ProductWithDevices, nowMs: number): ProductView {
  const support = readJsonText(row.support)
  return {
    id: row.id,
    name: row.name,
    hardwareIds: [...readJsonText(row.hardware_ids)],
    support,
    createdAtMs: row.created_at_ms,
    devices: row.devices,
    pastSupport: isPastSupport(support, nowMs),
  }
}

function requireSame(known: ProductRow, product: Product): void {
  const have = {
    id: known.id,
    name: known.name,
    hardwareIds: readJsonText(known.hardware_ids),
    support: readJsonText(known.support),
  }
  if (Buffer.compare(canonicalJson(have), canonicalJson(product)) !== 0) {
    throw new Fault('publish.conflict', { product: product.id, why: 'another product has this id' })
  }
}
