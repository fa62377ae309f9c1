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
import type { Publisher } from '../test/publisher.ts'
import { PIECE_BYTES } from '../test/server.ts'
import { imageOf, Story } from '../test/story.ts'

const CHECKPOINT_BYTES = 4_096
const image = imageOf('well', 2 * CHECKPOINT_BYTES + 1_500, 'v2')
const habits = { settleMs: 1_000, checkpointBytes: CHECKPOINT_BYTES }

let publisher: Publisher
let sha256: string

beforeAll(async () => {
  const story = await Story.begin()
  publisher = story.publisher
  sha256 = (await story.offer('2.0.0', image)).target.hashes['sha256'] ?? ''
})

async function begin(): Promise<Story> {
  const story = await Story.of(publisher)
  const [path] = Object.keys(
    JSON.parse(publisher.director.files.get(`${publisher.director.version}.targets.json`) ?? '').signed.targets,
  )
  story.server.store(path ?? '', sha256, image)
  story.habits = habits
  return story
}

const updated = (story: Story) => () =>
  story.heard('confirmed 2.0.0') && story.server.events().at(-1) === 'idle up_to_date'

async function rehearse(): Promise<number> {
  const story = await begin()
  const before = story.disk.changes
  await story.live(updated(story))
  return story.disk.changes - before
}

function requireWhole(story: Story, where: string): void {
  const events = story.server.events()
  expect(story.server.replays, where).toEqual([])
  expect(
    events.filter((event) => event === 'installed 2.0.0'),
    where,
  ).toHaveLength(1)
  expect(
    events.filter((event) => event === 'confirmed 2.0.0'),
    where,
  ).toHaveLength(1)
  expect(
    events.some((event) => event.startsWith('refused') || event.startsWith('fell-back')),
    where,
  ).toBe(false)
  const seqs = story.server.reports.map(({ seq }) => seq)
  expect(seqs, where).toEqual([...new Set(seqs)].toSorted((have, want) => have - want))
}

const models: [name: string, model: (cut: number) => Persistence][] = [
  ['drop', () => DROP],
  ['keep', () => KEEP],
  ['metadata first', () => METADATA_FIRST],
  ['subset', (cut) => subset(seededChance(cut))],
  ['torn', (cut) => torn(seededChance(cut))],
]

test.each(models)(
  'an update survives a power cut at any disk operation: %s',
  async (name, model) => {
    const changes = await rehearse()
    for (let cut = 0; cut < changes; cut++) {
      const where = `${name}, cut at ${cut} of ${changes}`
      const story = await begin()
      story.disk.cut(cut)
      await expect(
        story.live(() => false),
        where,
      ).rejects.toBeInstanceOf(PowerCut)
      story.restart(model(cut))
      await story.live(updated(story))
      requireWhole(story, where)
      expect(story.server.sentBytes - image.byteLength, where).toBeLessThanOrEqual(CHECKPOINT_BYTES + PIECE_BYTES)
      expect(story.server.reports.at(-1)?.running, where).toMatchObject({ version: '2.0.0', sha256 })
    }
  },
  120_000,
)
