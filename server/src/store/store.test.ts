// The dialect and the tables, on real SQLite.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jsonText, readJsonText } from './json-text.ts'
import { migrate } from './migrations.ts'
import { openStore, type Store } from './store.ts'

let folder: string
let store: Store

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealift-store-'))
  store = await openStore(join(folder, 'sealift.db'))
})

afterEach(async () => {
  await store.destroy()
  rmSync(folder, { recursive: true })
})

const support = {
  general_availability: 'tba',
  end_of_sales: 'tba',
  end_of_security_support: 'tba',
  end_of_life: 'tba',
  last_updated: '2026-01-01T00:00:00Z',
} as const

const lamp = {
  id: 'lamp',
  name: 'Lamp',
  hardware_ids: jsonText(['lamp-1']),
  support: jsonText(support),
  created_at_ms: 1,
}

test('what was committed is there after it is opened again', async () => {
  await store.insertInto('product').values(lamp).execute()
  await store.destroy()
  store = await openStore(join(folder, 'sealift.db'))
  const row = await store.selectFrom('product').selectAll().executeTakeFirstOrThrow()
  expect(readJsonText(row.hardware_ids)).toEqual(['lamp-1'])
})

test('a commit is on the disk when it returns: WAL with synchronous=FULL', async () => {
  const pragma = async (name: string) => (await sql.raw(`pragma ${name}`).execute(store)).rows[0]
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(await pragma('synchronous')).toEqual({ synchronous: 2 })
  expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 })
})

test('a transaction that throws leaves nothing, and the next one works', async () => {
  const failing = store.transaction().execute(async (trx) => {
    await trx.insertInto('product').values(lamp).execute()
    throw new Error('second thoughts')
  })
  await expect(failing).rejects.toThrow('second thoughts')
  expect(await store.selectFrom('product').selectAll().execute()).toEqual([])
  await store.transaction().execute((trx) => trx.insertInto('product').values(lamp).execute())
  expect(await store.selectFrom('product').select('id').execute()).toEqual([{ id: 'lamp' }])
})

test('transactions take turns, so that none sees half of another', async () => {
  await store
    .insertInto('product')
    .values({ ...lamp, created_at_ms: 0, name: '0' })
    .execute()
  const raise = () =>
    store.transaction().execute(async (trx) => {
      const { name } = await trx.selectFrom('product').select('name').executeTakeFirstOrThrow()
      await new Promise((resolve) => setImmediate(resolve))
      await trx
        .updateTable('product')
        .set({ name: String(Number(name) + 1) })
        .execute()
    })
  await Promise.all(Array.from({ length: 20 }, raise))
  expect(await store.selectFrom('product').select('name').executeTakeFirst()).toEqual({ name: '20' })
})

test('a query outside waits for the transaction instead of looking into it', async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const transaction = store.transaction().execute(async (trx) => {
    await trx.insertInto('product').values(lamp).execute()
    await finished
    throw new Error('second thoughts')
  })
  const seen = store.selectFrom('product').select('id').execute()
  finish()
  await expect(transaction).rejects.toThrow()
  expect(await seen).toEqual([])
})

test('counts the rows that an update and a returning insert touch', async () => {
  const inserted = await store.insertInto('product').values(lamp).returning('id').executeTakeFirst()
  expect(inserted).toEqual({ id: 'lamp' })
  const updated = await store.updateTable('product').set({ name: 'Light' }).where('id', '=', 'lamp').executeTakeFirst()
  expect(updated.numUpdatedRows).toBe(1n)
  const missed = await store.updateTable('product').set({ name: 'Light' }).where('id', '=', 'other').executeTakeFirst()
  expect(missed.numUpdatedRows).toBe(0n)
})

test('rows belong to rows that exist', async () => {
  const orphan = store.insertInto('claim').values({
    token_hash: 'x',
    product: 'nobody',
    hardware_id: 'lamp-1',
    uses_left: 1,
    expires_at_ms: 1,
    created_by: 'test',
    created_at_ms: 1,
  })
  await expect(orphan.execute()).rejects.toThrow(/FOREIGN KEY/)
})

test('a column takes only its own type', async () => {
  const crooked = store.insertInto('product').values({ ...lamp, created_at_ms: 'soon' as unknown as number })
  await expect(crooked.execute()).rejects.toThrow(/cannot store TEXT/)
})

test('attack 48 audit tampering: the journal refuses an update and a delete', async () => {
  const line = {
    seq: 1,
    at_ms: 1,
    actor_kind: 'server',
    actor_id: 'server',
    action: 'test.written',
    subject: 'x',
    facts: jsonText({}),
    prev: '0',
    hash: '1',
  } as const
  await store.insertInto('journal').values(line).execute()
  await expect(sql`update journal set subject = 'y'`.execute(store)).rejects.toThrow(/append-only/)
  await expect(sql`delete from journal`.execute(store)).rejects.toThrow(/append-only/)
})

test('a full disk is a fault by name, nothing is lost, and writing goes on when there is space', async () => {
  await store.insertInto('product').values(lamp).execute()
  await sql`pragma max_page_count = 1`.execute(store)
  const big = { ...lamp, id: 'big', name: 'x'.repeat(100_000) }
  const refused = store.transaction().execute((trx) => trx.insertInto('product').values(big).execute())
  await expect(refused).rejects.toMatchObject({ code: 'keep.full' })
  expect(await store.selectFrom('product').select('id').execute()).toEqual([{ id: 'lamp' }])
  await sql`pragma max_page_count = 1000000`.execute(store)
  await store.insertInto('product').values(big).execute()
})

test('more different statements than are kept prepared', async () => {
  for (let i = 0; i < 600; i++) {
    const { rows } = await sql.raw<{ n: number }>(`select ${i} as n`).execute(store)
    expect(rows).toEqual([{ n: i }])
  }
})

test('migrating twice changes nothing', async () => {
  await store.insertInto('product').values(lamp).execute()
  await migrate(store)
  expect(await store.selectFrom('product').select('id').execute()).toEqual([{ id: 'lamp' }])
})
