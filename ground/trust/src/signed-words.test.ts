// What is signed beside TUF: boot manifests, reports, and the journal's chain.

import { generateKeyPairSync } from 'node:crypto'
import type { JournalEntry, Report } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { readBootManifest, signBootManifest } from './boot-manifest.ts'
import { JOURNAL_START, journalHash, verifyJournal } from './journal-chain.ts'
import { signerOf } from './key.ts'
import { signReport, verifyReport } from './signed-report.ts'

const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const report: Report = {
  deviceId: 'dev-1',
  seq: 4,
  atMs: 1,
  bootCount: 2,
  running: { version: '1.0.0', sha256: '0'.repeat(64), securityCounter: 1 },
  step: 'rest',
  event: 'idle',
}

test('a report is its device’s word, and nobody else’s (attack 14)', () => {
  const device = pair()
  const signed = signReport(report, device.privateKey)
  expect(verifyReport(signed, device.publicKey)).toEqual(report)
  expect(() => verifyReport(signed, pair().publicKey)).toThrow('report.signature')
  expect(() => verifyReport({ ...signed, signed: { ...report, seq: 5 } }, device.publicKey)).toThrow('report.signature')
})

function chained(count: number): JournalEntry[] {
  const entries: JournalEntry[] = []
  for (let seq = 1; seq <= count; seq++) {
    const entry = {
      seq,
      atMs: seq,
      actor: { kind: 'server', id: 'server' } as const,
      action: 'test.happened',
      subject: `s${seq}`,
      facts: { n: seq },
      prev: entries.at(-1)?.hash ?? JOURNAL_START,
    }
    entries.push({ ...entry, hash: journalHash(entry) })
  }
  return entries
}

test('an untouched journal verifies to its head', async () => {
  const entries = chained(5)
  expect(await verifyJournal(entries)).toEqual({ entries: 5, head: entries[4]?.hash })
  expect(await verifyJournal([])).toEqual({ entries: 0, head: JOURNAL_START })
})

const tampered: [story: string, change: (entries: JournalEntry[]) => JournalEntry[]][] = [
  ['edited', (entries) => entries.map((entry) => (entry.seq === 3 ? { ...entry, subject: 'other' } : entry))],
  [
    'edited and hashed anew',
    (entries) => entries.map((entry) => (entry.seq === 3 ? rehashed({ ...entry, atMs: 0 }) : entry)),
  ],
  ['removed', (entries) => entries.filter(({ seq }) => seq !== 3)],
  ['removed at the start', (entries) => entries.slice(1)],
  ['swapped', ([a, b, ...rest]) => [b as JournalEntry, a as JournalEntry, ...rest]],
  ['doubled', (entries) => [...entries.slice(0, 3), ...entries.slice(2)]],
]

function rehashed(entry: JournalEntry): JournalEntry {
  return { ...entry, hash: journalHash(entry) }
}

test.each(tampered)('an entry %s is noticed (attack 48)', async (_story, change) => {
  await expect(verifyJournal(change(chained(5)))).rejects.toMatchObject({ code: 'audit.chain' })
})

test('a tail cut off shows in the head (attack 48)', async () => {
  const entries = chained(5)
  expect((await verifyJournal(entries.slice(0, 4))).head).not.toBe((await verifyJournal(entries)).head)
})

test('a boot manifest needs a boot key; any one of several suffices', async () => {
  const [old, current, foreign] = [1, 2, 3].map(() => generateKeyPairSync('ed25519'))
  const pem = (keys: typeof old) => keys?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? ''
  if (!current) throw new Error('three keys')
  const manifest = {
    format: 'sealift-boot-1',
    product: 'lamp',
    version: '1.0.0',
    releaseCounter: 1,
    securityCounter: 1,
    hardwareIds: ['lamp-b'],
    lengthBytes: 10,
    sha256: '0'.repeat(64),
  } as const
  const text = await signBootManifest({ ...manifest, hardwareIds: ['lamp-b'] }, signerOf(current.privateKey))
  expect(readBootManifest(text, [pem(old), pem(current)]).version).toBe('1.0.0')
  expect(() => readBootManifest(text, [pem(foreign)])).toThrow('boot.manifest')
  expect(() => readBootManifest(text.replace('lamp-b', 'lamp-a'), [pem(current)])).toThrow('boot.manifest')
  expect(() => readBootManifest(text.slice(0, -1), [pem(current)])).toThrow('boot.manifest')
})
