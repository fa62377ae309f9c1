// Live events: told once, together, to as many as there is room for, and to nobody who signed out.

import type { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TrialHouse } from '../trial/trial-house.ts'
import { Live } from './live.ts'

let trial: TrialHouse
const streams: Readable[] = []

beforeEach(async () => {
  trial = await TrialHouse.open({ settings: { watchersMax: 2 } })
})

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy()
  await trial.close()
})

/** Follows the stream and remembers everything that came. */
const watch = async () => {
  const headers = { authorization: `Bearer ${trial.token}` }
  const response = await trial.people.inject({ url: '/api/v1/live', headers, payloadAsStream: true })
  const came = { text: '', ended: false, response }
  const stream = response.stream()
  streams.push(stream)
  stream.on('data', (chunk: Buffer) => {
    came.text += chunk.toString()
  })
  stream.on('end', () => {
    came.ended = true
  })
  await trial.clock.advance(0)
  return came
}

test('a change is told to everybody who watches', async () => {
  const [one, other] = [await watch(), await watch()]
  expect(one.response.headers['content-type']).toBe('text/event-stream')
  trial.house.live.tell({ kind: 'device', id: 'lamp-1' })
  await trial.clock.advance(200)
  await expect.poll(() => one.text).toBe('retry: 3000\n\ndata: {"kind":"device","id":"lamp-1"}\n\n')
  await expect.poll(() => other.text).toBe(one.text)
})

test('a burst is told together, and the same change once', async () => {
  const came = await watch()
  for (let i = 0; i < 500; i++) trial.house.live.tell({ kind: 'device', id: `lamp-${i % 3}` })
  await trial.clock.advance(200)
  await expect.poll(() => came.text.match(/data:/g)?.length).toBe(3)
})

test('what happens through the interface is told', async () => {
  const came = await watch()
  await trial.addProduct('lamp')
  const { id } = await trial.enrol('lamp')
  await trial.release('lamp', '1.0.0')
  await trial.clock.advance(200)
  for (const event of [
    { kind: 'product', id: 'lamp' },
    { kind: 'device', id },
    { kind: 'release', id: 'lamp/1.0.0' },
  ]) {
    await expect.poll(() => came.text).toContain(JSON.stringify(event))
  }
})

test('a connection on which nothing happens is kept alive', async () => {
  const came = await watch()
  await trial.clock.advance(15_100)
  await expect.poll(() => came.text).toContain(': still here')
})

test('one more than there is room for is told to come back', async () => {
  await watch()
  await watch()
  const refused = await trial.ask({ url: '/api/v1/live' })
  expect(refused.json()).toMatchObject({ status: 429, code: 'access.rate' })
  expect(refused.headers['retry-after']).toBe('30')
})

test.each(['nothing', 'something all the time'])(
  'attack 37: the stream ends when the token does, while %s happens',
  async (what) => {
    const came = await watch()
    await trial.house.store.deleteFrom('api_token').execute()
    for (let second = 0; second < 17; second++) {
      if (what !== 'nothing') trial.house.live.tell({ kind: 'device', id: String(second) })
      await trial.clock.advance(1_000)
    }
    await expect.poll(() => came.ended).toBe(true)
  },
)

test('the server closes, and so do the streams', async () => {
  const came = await watch()
  trial.house.live.close()
  await expect.poll(() => came.ended).toBe(true)
})

test('who leaves makes room', () => {
  const live = new Live(1)
  const watcher = live.watch()
  expect(live.watch()).toBeUndefined()
  watcher?.close()
  expect(live.watch()).toBeDefined()
})

test('a watcher that never looks costs a bounded memory', () => {
  const live = new Live(1)
  const watcher = live.watch()
  for (let i = 0; i < 5_000; i++) live.tell({ kind: 'device', id: String(i) })
  expect(watcher?.take()).toHaveLength(1_000)
  expect(watcher?.take()).toEqual([])
})
