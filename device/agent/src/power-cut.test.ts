// An update survives a power cut at every single disk operation, of the agent and of the boot stage.

import {
  DROP,
  KEEP,
  METADATA_FIRST,
  type Persistence,
  PowerCut,
  seededChance,
  subset,
  torn,
} from '@sealift/world/virtual'
import { beforeAll, expect, test } from 'vitest'
import type { Published, Publisher } from '../test/publisher.ts'
import { PIECE_BYTES } from '../test/server.ts'
import { imageOf, Story } from '../test/story.ts'

const CHECKPOINT_BYTES = 4_096

type Ending = {
  readonly published: Published
  readonly publisher: Publisher
  readonly last: string
  readonly runs: string
}

let good: Ending
let bad: Ending

beforeAll(async () => {
  good = await prepare('well', 'idle up_to_date', '2.0.0')
  bad = await prepare('crash', 'idle held_back', '1.0.0')
})

async function prepare(tale: 'well' | 'crash', last: string, runs: string): Promise<Ending> {
  const { publisher } = await Story.begin()
  const published = await publisher.release('2.0.0', imageOf(tale, 2 * CHECKPOINT_BYTES + 1_500, 'v2'))
  await publisher.assign(published)
  return { published, publisher, last, runs }
}

async function begin({ published, publisher }: Ending): Promise<Story> {
  const story = await Story.of(publisher)
  story.server.store(published.path, published.target.hashes['sha256'] ?? '', published.image)
  story.habits = { settleMs: 1_000, checkpointBytes: CHECKPOINT_BYTES }
  return story
}

async function changesOf(ending: Ending): Promise<number> {
  const story = await begin(ending)
  const before = story.disk.changes
  await story.live(() => story.server.events().at(-1) === ending.last)
  return story.disk.changes - before
}

async function cutAndGoOn(ending: Ending, cut: number, model: Persistence): Promise<Story> {
  const story = await begin(ending)
  story.disk.cut(cut)
  await expect(story.live(() => false)).rejects.toBeInstanceOf(PowerCut)
  story.restart(model)
  await story.live(() => story.server.events().at(-1) === ending.last)
  return story
}

// The invariants besides "it boots".
function requireWhole(story: Story, ending: Ending, where: string): void {
  const events = story.server.events()
  const seqs = story.server.reports.map(({ seq }) => seq)
  expect(story.server.replays, where).toEqual([])
  expect(seqs, where).toEqual([...new Set(seqs)].toSorted((have, want) => have - want))
  expect(
    events.filter((event) => event === 'installed 2.0.0'),
    where,
  ).toHaveLength(1)
  expect(
    events.filter((event) => event.startsWith('refused')),
    where,
  ).toEqual([])
  expect(
    events.filter((event) => /^(confirmed|fell-back)/.test(event)),
    where,
  ).toHaveLength(1)
  expect(story.server.reports.at(-1)?.running.version, where).toBe(ending.runs)
  const fetchedTwice = story.server.sentBytes - ending.published.image.byteLength
  expect(fetchedTwice, where).toBeLessThanOrEqual(CHECKPOINT_BYTES + PIECE_BYTES)
}

// `every`: between the two extremes a sample is enough for each commit.
const models: [name: string, every: number, model: (cut: number) => Persistence][] = [
  ['drop', 1, () => DROP],
  ['keep', 1, () => KEEP],
  ['metadata first', 5, () => METADATA_FIRST],
  ['subset', 5, (cut) => subset(seededChance(cut))],
  ['torn', 5, (cut) => torn(seededChance(cut))],
]

test.each(models)('a good update survives a power cut: %s', { timeout: 300_000 }, async (name, every, model) => {
  const changes = await changesOf(good)
  expect(changes).toBeGreaterThan(150)
  for (let cut = 0; cut < changes; cut += every) {
    const story = await cutAndGoOn(good, cut, model(cut))
    requireWhole(story, good, `${name}, cut at ${cut} of ${changes}`)
    expect(story.heard('confirmed 2.0.0')).toBe(true)
  }
})

test.each(models.slice(0, 2))(
  'a bad update falls back over a power cut: %s',
  { timeout: 300_000 },
  async (name, _every, model) => {
    const changes = await changesOf(bad)
    for (let cut = 0; cut < changes; cut += 5) {
      requireWhole(await cutAndGoOn(bad, cut, model(cut)), bad, `${name}, cut at ${cut} of ${changes}`)
    }
  },
)

test('a second attempt is really made, over a power cut at any disk operation', { timeout: 300_000 }, async () => {
  const failedOnce = await begin(bad)
  await failedOnce.live(() => failedOnce.server.events().at(-1) === bad.last)
  const firstBoot = failedOnce.server.reports.at(-1)?.bootCount ?? 0
  await bad.publisher.assign(bad.published, { attempt: 1 })
  for (let cut = 0, uncut = false; !uncut; cut++) {
    const story = await begin(bad)
    story.disk = failedOnce.disk.restart(KEEP)
    const isOver = () => story.heard('fell-back confirm.crash') && story.server.events().at(-1) === bad.last
    story.disk.cut(cut)
    const end = await story.live(isOver).catch((error: unknown) => error)
    uncut = end === undefined
    if (!uncut) {
      expect(end).toBeInstanceOf(PowerCut)
      story.restart(DROP)
      await story.live(isOver)
    }
    // The power came back, the image was tried, and the old one took over.
    const fellBack = story.server.reports.find(({ event }) => event === 'fell-back')
    expect((fellBack?.bootCount ?? 0) - firstBoot, `cut at ${cut}`).toBeGreaterThanOrEqual(3)
  }
})
