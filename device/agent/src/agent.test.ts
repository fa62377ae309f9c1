// A whole device under a virtual world: it updates, asks its owner, falls back, and says so.

import type { VirtualDisk } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { imageOf, Story } from '../test/story.ts'
import { readStatus } from './agent-status.ts'
import { writeConsent } from './consent-file.ts'

const UPDATED = ['progress download', 'installed 2.0.0', 'progress boot', 'booted 2.0.0', 'confirmed 2.0.0']
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

test('a new release is checked, verified, downloaded, installed, booted and confirmed', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 3_000_000, 'v2'), { securityCounter: 2 })
  await story.live(() => story.heard('idle up_to_date'))

  expect(story.server.events()).toEqual([...UPDATED, 'idle up_to_date'])
  expect(story.server.replays).toEqual([])
  expect(story.server.ranges).toEqual(['all'])
  expect(story.server.reports.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
  expect(story.server.reports.at(-1)?.running).toMatchObject({ version: '2.0.0', securityCounter: 2 })
})

test('it says once why it has nothing to do, and nothing more while nothing changes', async () => {
  const story = await Story.begin()
  await story.live(after(story, 10 * MINUTE_MS))
  expect(story.server.events()).toEqual(['idle wave_not_reached'])
  expect(story.server.asked.filter((path) => path.endsWith('/check')).length).toBeGreaterThan(5)
  expect(story.server.asked.filter((path) => path.includes('/director/'))).toHaveLength(3)
})

test('releases follow one another, from slot to slot', async () => {
  const story = await Story.begin()
  for (const version of ['2.0.0', '3.0.0', '4.0.0']) {
    await story.offer(version, imageOf('well', 5_000, version))
    await story.live(() => story.heard(`confirmed ${version}`))
  }
  expect(story.server.events().filter((event) => event.startsWith('confirmed'))).toHaveLength(3)
})

test('a release is not held up by the restart that brought the one before', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  let offered = false
  await story.live(async () => {
    if (story.heard('confirmed 2.0.0') && !offered) {
      offered = true
      await story.offer('3.0.0', imageOf('well', 5_000, 'v3'))
    }
    return story.heard('installed 3.0.0')
  })
  const atMs = (event: string) => story.server.reports.findLast((report) => report.event === event)?.atMs ?? 0
  expect(atMs('installed') - atMs('confirmed')).toBeLessThan(MINUTE_MS)
})

test('what is stopped at any time goes on where it was', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  story.network.trouble = () => ({ delayMs: 100 })
  const done = () => story.heard('confirmed 2.0.0')
  let stops = 0
  for (; !done(); stops++) {
    const untilMs = story.clock.elapsedMs() + 3_000 + 97 * stops
    await story.live(() => done() || story.clock.elapsedMs() > untilMs, 60_000, 10)
  }
  expect(stops).toBeGreaterThan(1)
  expect(story.server.events().filter((event) => event === 'installed 2.0.0')).toHaveLength(1)
  expect(story.server.replays).toEqual([])
})

const bad: [tale: 'ill' | 'crash' | 'hang', code: string][] = [
  ['ill', 'confirm.unhealthy'],
  ['crash', 'confirm.crash'],
  ['hang', 'confirm.hang'],
]

test.each(bad)(
  'attack 51 bad image: one that turns out %s falls back, is reported and not tried again',
  async (tale, code) => {
    const story = await Story.begin()
    story.habits = { settleMs: 5_000 }
    await story.offer('2.0.0', imageOf(tale, 5_000, 'v2'))
    await story.live(() => story.heard('idle held_back'))
    const again = story.clock.elapsedMs() + 30 * MINUTE_MS
    await story.live(() => story.clock.elapsedMs() > again)

    expect(story.server.events().filter((event) => event.startsWith('fell-back'))).toEqual([`fell-back ${code}`])
    expect(story.server.reports.at(-1)).toMatchObject({
      event: 'idle',
      whyNot: 'held_back',
      running: { version: '1.0.0' },
    })
    expect(story.server.ranges).toEqual(['all'])
  },
)

test('a failed release is tried again when the director asks for another attempt, without a new download', async () => {
  const story = await Story.begin()
  const image = imageOf('crash', 5_000, 'v2')
  const published = await story.offer('2.0.0', image)
  await story.live(() => story.heard('idle held_back'))
  await story.publisher.assign(published, { attempt: 1 })
  await story.live(() => story.server.events().filter((event) => event === 'fell-back confirm.crash').length === 2)
  expect(story.server.ranges).toEqual(['all'])
})

test('after a bad release a better one is installed', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('ill', 5_000, 'v2'))
  await story.live(() => story.heard('idle held_back'))
  await story.offer('3.0.0', imageOf('well', 5_000, 'v3'))
  await story.live(() => story.heard('confirmed 3.0.0'))
})

test('a new image from which the server cannot be reached is given up', async () => {
  const story = await Story.begin()
  story.habits = { settleMs: 1_000, trialMsMax: 5 * MINUTE_MS }
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  // The new image breaks the network; the old one mends it.
  story.network.trouble = () => (story.heard('progress boot') && !givenUp() ? { why: 'unreachable' } : {})
  const startedMs = story.clock.elapsedMs()
  const givenUp = () => story.clock.elapsedMs() - startedMs > 7 * MINUTE_MS
  await story.live(() => story.heard('idle held_back'))
  expect(story.heard('fell-back confirm.unreachable')).toBe(true)
  expect(story.server.reports.at(-1)?.running.version).toBe('1.0.0')
})

test('where the server need not answer, health alone confirms', async () => {
  const story = await Story.begin()
  story.habits = { settleMs: 1_000, serverMustAnswer: false }
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  let bootedAtMs = Number.POSITIVE_INFINITY
  story.network.trouble = () => {
    if (story.heard('progress boot')) bootedAtMs = Math.min(bootedAtMs, story.clock.elapsedMs())
    return story.clock.elapsedMs() > bootedAtMs && story.clock.elapsedMs() < bootedAtMs + 600_000
      ? { why: 'unreachable' }
      : {}
  }
  await story.live(() => story.heard('confirmed 2.0.0'))
  const confirmed = story.server.reports.find(({ event }) => event === 'confirmed')
  expect(confirmed?.atMs).toBeLessThan((story.server.reports[0]?.atMs ?? 0) + 60_000)
})

test('a rollout that is stopped is not gone on with', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 400_000, 'v2'))
  story.habits = { settleMs: 1_000, checkpointBytes: 100_000 }
  story.network.trouble = ({ url }) => (url.includes('/targets/') && !withdrawn ? { cutAfterBytes: 50_000 } : {})
  let withdrawn = false
  await story.live(() => story.server.sentBytes > 0)
  await story.publisher.assign(undefined, { whyNot: 'stopped' })
  withdrawn = true
  await story.live(() => story.heard('idle stopped'))
  expect(story.heard('installed 2.0.0')).toBe(false)
})

test('the owner is asked about a feature, and nothing is fetched before the answer', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'), { class: 'feature' })
  await story.live(() => story.heard('awaiting-owner 2.0.0'))
  expect(story.server.ranges).toEqual([])
  const status = await readStatus(story.disk)
  expect(status).toMatchObject({
    permission: { word: 'ask' },
    wanted: { release: { notes: { summary: 'A better one.' } } },
  })

  await writeConsent(story.disk, { version: '2.0.0', decision: 'approve', atMs: story.clock.nowMs() })
  await story.live(() => story.heard('confirmed 2.0.0'))
})

test('a yes is seen within seconds, without a check', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'), { class: 'feature' })
  story.server.pollMs = 3_600_000
  let saidMs = 0
  await story.live(async () => {
    if (saidMs === 0 && story.heard('awaiting-owner 2.0.0')) {
      saidMs = story.clock.elapsedMs()
      await writeConsent(story.disk, { version: '2.0.0', decision: 'approve', atMs: story.clock.nowMs() })
    }
    return story.heard('progress download')
  })
  expect(story.clock.elapsedMs() - saidMs).toBeLessThan(5_000)
})

test('the owner refuses a feature, and still gets the security update after it', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'), { class: 'behaviour' })
  await story.live(() => story.heard('awaiting-owner 2.0.0'))
  await writeConsent(story.disk, { version: '2.0.0', decision: 'refuse', atMs: story.clock.nowMs() })
  await story.live(() => story.heard('owner-refused 2.0.0'))
  await story.offer('3.0.0', imageOf('well', 5_000, 'v3'), { class: 'security' })
  await story.live(() => story.heard('confirmed 3.0.0'))
  expect(story.heard('installed 2.0.0')).toBe(false)
})

test('a security update that was put off goes on by itself at its limit', async () => {
  const story = await Story.begin()
  story.publisher.lifeMs = 30 * DAY_MS
  await story.publisher.publishImages()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'), { class: 'critical' })
  const untilMs = story.clock.nowMs() + 99 * DAY_MS
  await writeConsent(story.disk, { version: '2.0.0', decision: 'defer', atMs: story.clock.nowMs(), untilMs })
  await story.live(() => story.heard('owner-deferred 2.0.0'))

  story.clock.setNowMs(story.clock.nowMs() + 3 * DAY_MS - 600_000)
  await story.live(after(story, 300_000))
  expect(story.heard('progress download')).toBe(false)
  await story.live(() => story.heard('confirmed 2.0.0'))
})

test('a damaged journal is forgotten: no number of a report is used twice, and the update still comes about', async () => {
  const story = await Story.begin()
  await story.live(() => story.heard('idle wave_not_reached'))
  story.disk = await damaged(story.disk, 'agent/journal.json')
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.replays).toEqual([])
})

test('attack 22 damaged trust state: the device goes back to its pinned roots, and says so', async () => {
  const story = await Story.begin()
  await story.live(() => story.heard('idle wave_not_reached'))
  story.disk = await damaged(story.disk, 'trust/state.json')
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.heard('refused verify.state')).toBe(true)
})

test('a disk on which nothing can be written any more leaves the agent calm and the image running', async () => {
  const story = await Story.begin()
  await story.live(() => story.heard('idle wave_not_reached'))
  story.disk.fail({ code: 'EROFS', after: 0, times: Number.POSITIVE_INFINITY })
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  let errors = 0
  story.log = (level) => {
    if (level === 'error' || level === 'warn') errors++
  }
  await story.live(after(story, 60 * MINUTE_MS), 2 * 3_600_000, 60_000)
  expect(errors).toBeGreaterThan(0)
  expect(errors).toBeLessThan(300)
})

test('a disk that fails now and then does not end the agent, nor the update', async () => {
  const story = await Story.begin()
  await story.offer('2.0.0', imageOf('well', 5_000, 'v2'))
  for (const after of [10, 45, 60, 75, 90]) story.disk.fail({ code: 'EIO', after })
  await story.live(() => story.heard('confirmed 2.0.0'))
  expect(story.server.replays).toEqual([])
})

function after(story: Story, durationMs: number): () => boolean {
  const untilMs = story.clock.elapsedMs() + durationMs
  return () => story.clock.elapsedMs() > untilMs
}

async function damaged(disk: VirtualDisk, name: string): Promise<VirtualDisk> {
  const file = await disk.open(name)
  await file.writeAt(1, Buffer.from('#'))
  await file.sync()
  await file.close()
  return disk
}
