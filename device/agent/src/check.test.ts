// When the server is asked, what it may answer, and how it sets our pace.

import { DEVICE_ROUTES, POLL_HEADER } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { Story } from '../test/story.ts'
import { readStatus } from './agent-status.ts'
import { BACK_OFF_MS_MAX, JITTER, POLL_MS_MIN } from './limits.ts'

/** Hours pass in these stories; nobody need ask the image twice a second how it is. */
const calm = { boot: { healthIntervalMs: 60_000 } }

/** When checks were made, in ms since the start, within `durationMs`. */
async function checksIn(story: Story, durationMs: number): Promise<number[]> {
  const times: number[] = []
  const lie = story.server.lie
  story.server.lie = (path, request, honest) => {
    if (path === DEVICE_ROUTES.check) times.push(story.clock.elapsedMs())
    return lie(path, request, honest)
  }
  const untilMs = story.clock.elapsedMs() + durationMs
  await story.live(() => story.clock.elapsedMs() > untilMs, durationMs + 60_000, 5_000)
  return times
}

function waitsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0))
}

test('the server sets the interval, within the jitter', async () => {
  const story = await Story.begin(calm)
  story.server.pollMs = 300_000
  const waits = waitsOf(await checksIn(story, 2 * 3_600_000))
  expect(waits.length).toBeGreaterThan(15)
  for (const wait of waits) expect(Math.abs(wait - 300_000)).toBeLessThanOrEqual(300_000 * JITTER + 1)
})

test.each([['0'], ['-5'], ['soon'], ['1e9'], ['']])(
  'an interval of "%s" does not make the device ask without end',
  async (asked) => {
    const story = await Story.begin(calm)
    story.server.lie = (path, _request, honest) =>
      path === DEVICE_ROUTES.check ? { ...honest(), headers: { ...honest().headers, [POLL_HEADER]: asked } } : undefined
    const waits = waitsOf(await checksIn(story, 10_000))
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(POLL_MS_MIN * (1 - JITTER) - 1)
  },
)

test('what is not new costs one small request', async () => {
  const story = await Story.begin(calm)
  await checksIn(story, 600_000)
  const first = story.server.asked.indexOf(DEVICE_ROUTES.reports)
  expect(new Set(story.server.asked.slice(first + 1))).toEqual(new Set([DEVICE_ROUTES.check]))
})

test('a server that is away is asked ever more seldom, but never given up', async () => {
  const story = await Story.begin(calm)
  const times: number[] = []
  story.network.trouble = () => {
    times.push(story.clock.elapsedMs())
    return { why: 'unreachable' }
  }
  const untilMs = story.clock.elapsedMs() + 48 * 3_600_000
  await story.live(() => story.clock.elapsedMs() > untilMs, 50 * 3_600_000, 60_000)
  const waits = waitsOf(times)
  expect(waits.length).toBeLessThan(80)
  expect(Math.max(...waits)).toBeLessThanOrEqual(BACK_OFF_MS_MAX * (1 + JITTER) + 1)
  expect(times.at(-1)).toBeGreaterThan(untilMs - BACK_OFF_MS_MAX * (1 + JITTER) - 60_000)
})

test('a server in trouble is left alone for as long as it asks', async () => {
  const story = await Story.begin(calm)
  story.server.lie = () => ({ status: 429, headers: { 'retry-after': '7200' } })
  const waits = waitsOf(await checksIn(story, 6 * 3_600_000))
  expect(waits.length).toBeGreaterThan(1)
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(7_200_000)
})

test('attack 13 drop request: the status says since when nothing was heard, over restarts', async () => {
  const story = await Story.begin(calm)
  await story.live(() => story.heard('idle wave_not_reached'))
  const heardAtMs = (await readStatus(story.disk))?.checkedAtMs
  story.network.trouble = () => ({ why: 'unreachable' })
  const untilMs = story.clock.elapsedMs() + 3 * 3_600_000
  await story.live(() => story.clock.elapsedMs() > untilMs, 4 * 3_600_000, 60_000)
  expect(heardAtMs).toBeGreaterThan(0)
  expect(await readStatus(story.disk)).toMatchObject({ checkedAtMs: heardAtMs, fault: { code: 'check.unreachable' } })
})
