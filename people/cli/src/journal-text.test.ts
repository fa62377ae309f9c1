import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry } from '@sealift/protocol'
import { JOURNAL_START, journalHash, verifyJournal } from '@sealift/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entriesOf, writeJournal } from './journal-text.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-journal-'))
})

afterEach(() => rm(folder, { recursive: true }))

test('an export that was not touched is whole', async () => {
  const entries = chain(3)
  expect(await verifyJournal(entriesOf(from(texts(entries))))).toEqual({ entries: 3, head: entries[2]?.hash })
})

test('an empty journal is whole', async () => {
  expect(await verifyJournal(entriesOf(from([])))).toEqual({ entries: 0, head: JOURNAL_START })
})

const [one = '', two = '', three = ''] = texts(chain(3))

test.each([
  ['a changed word', [one, two.replace('bulb', 'lamp'), three]],
  ['a changed time', [one, two.replace('"atMs":2', '"atMs":1'), three]],
  ['a removed line', [one, three]],
  ['a removed beginning', [two, three]],
  ['two lines that changed places', [one, three, two]],
  ['a line twice', [one, two, two, three]],
  ['a line that is no JSON', [one, 'two', three]],
  ['a line that is half there', [one, two, three.slice(0, 40)]],
  ['an empty line', [one, '', two, three]],
  ['a field more', [one, two.replace('{', '{"extra":1,'), three]],
  ['a field that two readers read differently', [one, two.replace('{', '{"subject":"lamp",'), three]],
  ['a number that has no canonical form', [one, two.replace('"atMs":2', '"atMs":2.5'), three]],
  ['a line that never ends', [one, `{"seq":${'1'.repeat(100_000)}`]],
])('%s is found out (attack 48)', async (_story, lines) => {
  await expect(verifyJournal(entriesOf(from(lines)))).rejects.toMatchObject({ code: 'audit.chain' })
})

test('a whole journal is written under its name, line by line as it came', async () => {
  const path = join(folder, 'journal.ndjson')
  await writeJournal(path, from([one, two, three]))
  expect(await readFile(path, 'utf8')).toBe(`${one}\n${two}\n${three}\n`)
  expect(await readdir(folder)).toEqual(['journal.ndjson'])
})

test('one that does not chain is not, and nothing stays behind', async () => {
  await expect(writeJournal(join(folder, 'journal.ndjson'), from([one, three]))).rejects.toMatchObject({
    code: 'audit.chain',
  })
  expect(await readdir(folder)).toEqual([])
})

function chain(count: number): readonly JournalEntry[] {
  const entries: JournalEntry[] = []
  for (let seq = 1; seq <= count; seq++) {
    const prev = entries.at(-1)?.hash ?? JOURNAL_START
    const actor = { kind: 'token', id: 'command line' } as const
    const entry = { seq, atMs: seq, actor, action: 'product.added', subject: 'bulb', facts: { devices: 1 }, prev }
    entries.push({ ...entry, hash: journalHash(entry) })
  }
  return entries
}

function texts(entries: readonly JournalEntry[]): readonly string[] {
  return entries.map((entry) => JSON.stringify(entry))
}

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}
