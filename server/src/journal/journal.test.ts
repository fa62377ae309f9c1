// The journal on real SQLite: it chains, survives reopening, and shows every way of touching it (attack 48).

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, type JournalPage } from '@sealift/protocol'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import { appendJournal, SERVER } from './append.ts'
import { auditJournal, exportJournal, listJournal, readJournal } from './audit.ts'

let folder: string
let store: Store

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealift-journal-'))
  store = await open()
})

afterEach(async () => {
  await store.destroy()
  rmSync(folder, { recursive: true })
})

const open = () => openStore(join(folder, 'sealift.db'))

const append = (subject: string, facts = {}) =>
  store.transaction().execute((trx) => appendJournal(trx, 7, { actor: SERVER, action: 'test.done', subject, facts }))

test('each entry follows the one before, also after the store was opened again', async () => {
  const first = await append('one')
  expect(first).toMatchObject({ seq: 1, prev: '0'.repeat(64) })
  await store.destroy()
  store = await open()
  const second = await append('two')
  expect(second).toMatchObject({ seq: 2, prev: first.hash })
  expect(await auditJournal(store)).toEqual({ entries: 2, head: second.hash })
})

test('entries that are appended at the same time follow one another', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, i) => append(`subject-${i}`)))
  expect(await auditJournal(store)).toMatchObject({ entries: 50 })
})

test('what is rolled back was never written', async () => {
  await append('one')
  const failing = store.transaction().execute(async (trx) => {
    await appendJournal(trx, 7, { actor: SERVER, action: 'test.done', subject: 'two' })
    throw new Error('second thoughts')
  })
  await expect(failing).rejects.toThrow('second thoughts')
  await append('three')
  expect((await listJournal(store, {})).entries.map(({ subject }) => subject)).toEqual(['three', 'one'])
  expect(await auditJournal(store)).toMatchObject({ entries: 2 })
})

test('facts of every kind read back and verify: fractions as text, and strings that need escapes', async () => {
  await append('x', { seen: 4.76, count: 3, ok: true, text: 'a "b" \\ \u0000 \n ü 𝒳', none: Number.NaN })
  const { entries } = await listJournal(store, {})
  expect(entries[0]?.facts).toEqual({ seen: '4.76', count: 3, ok: true, text: 'a "b" \\ \u0000 \n ü 𝒳', none: 'NaN' })
  await auditJournal(store)
})

test('pages run from the newest to the oldest, each entry once', async () => {
  for (let i = 1; i <= 7; i++) await append(String(i))
  const seen: number[] = []
  let before: number | null = 100
  while (before !== null) {
    const page: JournalPage = await listJournal(store, { limit: 3, before })
    seen.push(...page.entries.map(({ seq }) => seq))
    before = page.nextSeq
  }
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
})

test('an export is one JSON entry to a line, in order, and ends where the journal ended when it began', async () => {
  for (let i = 1; i <= 3; i++) await append(String(i))
  const lines: string[] = []
  for await (const line of exportJournal(store)) {
    lines.push(line)
    await append('meanwhile')
  }
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3])
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true)
})

test('an empty journal is whole', async () => {
  expect(await auditJournal(store)).toEqual({ entries: 0, head: '0'.repeat(64) })
  expect(await listJournal(store, {})).toEqual({ entries: [], nextSeq: null })
})

const tampering: [story: string, statements: string[]][] = [
  ['edits an entry', [`update journal set subject = 'nothing' where seq = 3`]],
  ['edits a fact', [`update journal set facts = '{"i":99}' where seq = 3`]],
  ['edits an entry and its hash', [`update journal set subject = 'x', hash = '${'a'.repeat(64)}' where seq = 3`]],
  ['edits the last entry', [`update journal set actor_id = 'somebody-else' where seq = 5`]],
  ['deletes an entry', ['delete from journal where seq = 3']],
  ['deletes the first entry', ['delete from journal where seq = 1']],
  [
    'deletes an entry and closes the gap',
    ['delete from journal where seq = 3', 'update journal set seq = seq - 1 where seq > 3'],
  ],
  [
    'swaps two entries',
    [
      'update journal set seq = 100 where seq = 2',
      'update journal set seq = 2 where seq = 3',
      'update journal set seq = 3 where seq = 100',
    ],
  ],
  ['deletes the tail', ['delete from journal where seq > 3']],
  ['deletes everything', ['delete from journal']],
]

test.each(tampering)(
  'attack 48 audit tampering is found out: somebody with the database file %s',
  async (_story, statements) => {
    for (let i = 1; i <= 5; i++) await append(String(i), { i })
    const known = await auditJournal(store)
    await tamper(statements)
    await expect(auditJournal(store, known)).rejects.toSatisfy(
      (error) => error instanceof Fault && error.code === 'audit.chain',
    )
  },
)

test('attack 48 audit tampering is found out: somebody rewrites the whole chain from the third entry on', async () => {
  for (let i = 1; i <= 5; i++) await append(String(i))
  const known = await auditJournal(store)
  await tamper(['delete from journal where seq >= 3'])
  for (let i = 3; i <= 8; i++) await append(`forged ${i}`)
  await expect(auditJournal(store, known)).rejects.toMatchObject({ code: 'audit.chain' })
})

test('a journal that only grew since is the journal that was known', async () => {
  for (let i = 1; i <= 5; i++) await append(String(i))
  const known = await auditJournal(store)
  await append('later')
  expect(await auditJournal(store, known)).toMatchObject({ entries: 6 })
})

test('more entries than are read at a time', async () => {
  await store.transaction().execute(async (trx) => {
    for (let i = 1; i <= 2500; i++) await appendJournal(trx, i, { actor: SERVER, action: 'test.done', subject: 'x' })
  })
  let last = 0
  for await (const { seq } of readJournal(store)) last = seq
  expect(last).toBe(2500)
  expect(await auditJournal(store)).toMatchObject({ entries: 2500 })
})

async function tamper(statements: readonly string[]): Promise<void> {
  for (const trigger of ['journal_keeps_lines', 'journal_keeps_all'])
    await sql.raw(`drop trigger ${trigger}`).execute(store)
  for (const statement of statements) await sql.raw(statement).execute(store)
}
