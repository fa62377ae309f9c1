// Reports are kept until they are acknowledged, numbered once, and never lost between journal and outbox.

import { DEVICE_ROUTES, type Reports, type SignedReport } from '@sealift/protocol'
import { signReport } from '@sealift/trust'
import { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { devicePrivateKey } from '../test/device.ts'
import { imageOf, Story } from '../test/story.ts'
import { OUTBOX_REPORTS_MAX } from './limits.ts'
import { openOutbox } from './outbox.ts'
import { faultViewOf } from './report.ts'

const isReport = ({ url }: { url: string }) => url.endsWith(DEVICE_ROUTES.reports)

test('reports wait until a server takes them, over restarts, and then come in order', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  story.network.trouble = (request) => (isReport(request) ? { why: 'unreachable' } : {})
  for (let i = 0; i < 3; i++) {
    const untilMs = story.clock.elapsedMs() + 120_000
    await story.live(() => story.clock.elapsedMs() > untilMs)
  }
  expect(story.server.reports).toEqual([])
  story.network.trouble = () => ({})
  await story.live(() => story.heard('idle up_to_date'))
  const events = story.server.events()
  expect(events.filter((event) => /^(installed|confirmed)/.test(event))).toEqual(['installed 2.0.0', 'confirmed 2.0.0'])
  const seqs = story.server.reports.map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.toSorted((have, want) => have - want))
  expect(await story.disk.list('agent/outbox')).toEqual([])
})

test('a reply that is lost makes the same reports come again, word for word', async () => {
  const story = await Story.begin()
  let lost = 0
  story.server.lie = (path, _request, honest) => {
    if (path !== DEVICE_ROUTES.reports || lost++ > 2) return undefined
    honest()
    return { status: 502 }
  }
  await story.live(() => lost > 3)
  expect(story.server.reports).toHaveLength(1)
  expect(story.server.replays).toEqual([])
})

test('one report that the server will never take does not hold up the others', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  let poison: number | undefined
  story.server.lie = (path, request) => {
    if (path !== DEVICE_ROUTES.reports) return undefined
    const { reports } = JSON.parse(Buffer.from(request.body ?? []).toString()) as Reports
    poison ??= reports[0]?.signed.seq
    return reports.some(({ signed }) => signed.seq === poison) ? { status: 400 } : undefined
  }
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.reports.some(({ seq }) => seq === poison)).toBe(false)
})

test('a server that acknowledges less than it was sent is not believed', async () => {
  const story = await Story.begin()
  let answers = 0
  story.server.lie = (path) => {
    if (path !== DEVICE_ROUTES.reports || answers++ > 0) return undefined
    return { status: 200, body: Buffer.from('{"acceptedSeq":0}') }
  }
  await story.live(() => story.heard('idle wave_not_reached'))
  expect(answers).toBe(2)
})

test('the outbox drops what the journal does not know: that change never came about', async () => {
  const disk = new VirtualDisk()
  const outbox = await openOutbox(disk, 0)
  await outbox.put(report(1))
  await outbox.put(report(2))
  const reopened = await openOutbox(disk, 1)
  expect((await reopened.first(9, 1)).map(seqOf)).toEqual([1])
  expect(reopened.waiting(2)).toBe(1)
})

test('a report whose change failed does not wait to be sent', async () => {
  const outbox = await openOutbox(new VirtualDisk(), 0)
  await outbox.put(report(1))
  expect(outbox.waiting(0)).toBe(0)
  expect(await outbox.first(9, 0)).toEqual([])
})

test('a number whose change failed is used by the next report, once', async () => {
  const outbox = await openOutbox(new VirtualDisk(), 0)
  await outbox.put(report(1, 'progress'))
  await outbox.put(report(1, 'installed'))
  expect((await outbox.first(9, 1)).map(({ signed }) => signed.event)).toEqual(['installed'])
})

test('of progress only the latest is kept, and what is not progress stays', async () => {
  const outbox = await openOutbox(new VirtualDisk(), 0)
  for (const [i, event] of (['progress', 'installed', 'progress', 'progress'] as const).entries()) {
    const next = report(i + 1, event)
    await outbox.put(next)
    await outbox.thin(next)
  }
  expect((await outbox.first(9, 4)).map(seqOf)).toEqual([2, 4])
})

test('the outbox has an end: beyond it the oldest go', async () => {
  const disk = new VirtualDisk()
  const outbox = await openOutbox(disk, 0)
  for (let seq = 1; seq <= OUTBOX_REPORTS_MAX + 3; seq++) {
    const next = report(seq)
    await outbox.put(next)
    await outbox.thin(next)
  }
  expect(outbox.waiting(OUTBOX_REPORTS_MAX + 3)).toBe(OUTBOX_REPORTS_MAX)
  expect((await outbox.first(1, OUTBOX_REPORTS_MAX + 3)).map(seqOf)).toEqual([4])
  expect(await disk.list('agent/outbox')).toHaveLength(OUTBOX_REPORTS_MAX)
})

test('a damaged report is dropped, and the others are sent', async () => {
  const disk = new VirtualDisk()
  const outbox = await openOutbox(disk, 0)
  await outbox.put(report(1))
  await outbox.put(report(2))
  const [name] = await disk.list('agent/outbox')
  const file = await disk.open(`agent/outbox/${name}`)
  await file.truncate(3)
  expect((await outbox.first(9, 2)).map(seqOf)).toEqual([2])
  expect(outbox.waiting(2)).toBe(1)
})

test('facts travel short, and as what canonical JSON can hold', () => {
  const facts = { half: 0.5, long: 'x'.repeat(1000), lone: 'a\ud800b', whole: 7, yes: true }
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`fact${i}`, i]))
  expect(faultViewOf('check.slow', facts).facts).toEqual({
    half: '0.5',
    long: 'x'.repeat(512),
    lone: 'a\ufffdb',
    whole: 7,
    yes: true,
  })
  expect(Object.keys(faultViewOf('check.slow', many).facts)).toHaveLength(16)
})

function report(seq: number, event: 'idle' | 'progress' | 'installed' = 'idle'): SignedReport {
  const running = { version: '1.0.0', sha256: '0'.repeat(64), securityCounter: 1 }
  return signReport({ deviceId: 'd', seq, atMs: 1, bootCount: 1, running, step: 'rest', event }, devicePrivateKey)
}

function seqOf({ signed }: SignedReport): number {
  return signed.seq
}
