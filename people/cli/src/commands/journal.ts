// `sealift journal`: who did what, chained so that a change shows.

import { createReadStream } from 'node:fs'
import { Fault, type JournalEntry, JournalPage, PEOPLE_ROUTES } from '@sealift/protocol'
import { type JournalVerified, verifyJournal } from '@sealift/trust'
import { linesOf, withApi } from '../api.ts'
import { argument, command, option, optionOr, type Verbs } from '../command.ts'
import { parseCount, parseNumber } from '../count.ts'
import { entriesOf, passing, writeJournal } from '../journal-text.ts'
import { paint } from '../output/paint.ts'
import { moment } from '../output/quantities.ts'
import { neutraliseJson, type SafeText, say } from '../output/safe-text.ts'
import { type Column, facts, table } from '../output/table.ts'
import { UsageError } from '../usage-error.ts'

// What one page of the server holds at most.
const PAGE_ENTRIES_MAX = 500

const list = command({
  summary: 'list what happened, the newest first',
  arguments: {},
  options: {
    limit: optionOr('--limit <count>', 'at most so many entries', 50, parseCount),
    before: option('--before <seq>', 'only entries before this number', parseNumber),
  },
  writes: false,
  inOrg: true,
  examples: ['sealift journal list', 'sealift journal list --limit 500 --json', 'sealift journal list --before 1200'],
  async run(session, { limit, before }) {
    const entries = await withApi(session, async (api) => {
      const found: JournalEntry[] = []
      for (let next = before; found.length < limit; ) {
        const query = { before: next, limit: Math.min(limit - found.length, PAGE_ENTRIES_MAX) }
        const page = await api.get(JournalPage, PEOPLE_ROUTES.journal, query)
        found.push(...page.entries)
        if (page.nextSeq === null) break
        next = page.nextSeq
      }
      return found
    })
    return { json: { entries }, lines: entryTable(entries) }
  },
})

const exportAll = command({
  summary: 'write the whole journal as lines of JSON, the oldest first',
  more: 'The chain is verified on the way; what does not chain is not written under the name that was asked for.',
  arguments: {},
  options: { out: option('--out <file>', 'file to write; stdout when it is left out') },
  writes: true,
  inOrg: true,
  examples: [
    'sealift journal export --out journal.ndjson',
    'sealift journal export | gzip > journal.ndjson.gz',
    'sealift journal export --out journal.ndjson --json   # how many entries, and the hash of the last',
  ],
  async run(session, { out }) {
    if (session.json && out === undefined)
      throw new UsageError('--json needs --out', 'name the file that takes the journal')
    return await withApi(session, async (api) => {
      const lines = api.lines(PEOPLE_ROUTES.journalExport)
      if (session.dryRun) {
        const verified = await verifyJournal(entriesOf(lines))
        const json = { dryRun: true, file: out ?? null, ...verified }
        return { json, lines: [say`dry run: would write ${verified.entries} entries to ${out ?? 'stdout'}`] }
      }
      if (out === undefined) {
        const write = (text: string) => session.terminal.writeOut(`${neutraliseJson(text)}\n`)
        await verifyJournal(entriesOf(passing(lines, write)))
        return undefined
      }
      const verified = await writeJournal(out, lines)
      return { json: { file: out, ...verified }, lines: verifiedLines(out, verified) }
    })
  },
})

const verify = command({
  summary: 'check that no entry was changed, removed, added or moved',
  more: `With a file: offline, from nothing but the file. Without: the journal that the server exports now. Ends with exit code 6
when the chain is broken. A tail that was cut off shows only beside a hash noted earlier: give it with --head.`,
  arguments: { file: argument('[file]', 'an exported journal') },
  options: { head: option('--head <hash>', 'the hash that the last entry must have, as noted earlier') },
  writes: false,
  inOrg: true,
  examples: [
    'sealift journal verify journal.ndjson            # offline',
    'sealift journal verify                           # the journal of the server',
    `sealift journal verify journal.ndjson --head ${'9f86d081884c7d65'.repeat(4)}`,
  ],
  async run(session, { file, head }) {
    const verified =
      file === undefined
        ? await withApi(session, (api) => verifyJournal(entriesOf(api.lines(PEOPLE_ROUTES.journalExport))))
        : await verifyJournal(entriesOf(linesOf(createReadStream(file))))
    requireHead(verified.head, head)
    return {
      json: { verified: true, ...verified },
      lines: verifiedLines(file ?? 'the journal of the server', verified),
    }
  },
})

export const journal: Verbs = { list, export: exportAll, verify }

function entryTable(entries: readonly JournalEntry[]): readonly SafeText[] {
  const columns: readonly Column<JournalEntry>[] = [
    { heading: 'SEQ', cell: ({ seq }) => seq, right: true },
    { heading: 'WHEN', cell: ({ atMs }) => moment(atMs) },
    { heading: 'WHO', cell: ({ actor }) => `${actor.kind} ${actor.id}` },
    { heading: 'DID', cell: ({ action }) => paint.strong(action) },
    { heading: 'TO', cell: ({ subject }) => subject },
    { heading: 'FACTS', cell: (entry) => factsText(entry.facts) },
  ]
  return table(entries, columns, 'the journal is empty')
}

function factsText(of: JournalEntry['facts']): string {
  return Object.entries(of)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

// Only a hash from another place tells that the last entries are missing: what is left chains.
function requireHead(head: string, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== head) throw new Fault('audit.chain', { why: 'another end', head, wanted })
}

function verifiedLines(what: string, { entries, head }: JournalVerified): readonly SafeText[] {
  return [
    say`${paint.good('whole')}: every entry follows from the one before`,
    ...facts([
      ['journal', what],
      ['entries', entries],
      ['head', head],
    ]),
  ]
}
