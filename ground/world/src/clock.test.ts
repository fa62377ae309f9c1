import { expect, test } from 'vitest'
import { type Clock, deadlineOf } from './clock.ts'
import { realClock } from './real-clock.ts'
import { VirtualClock } from './virtual-clock.ts'

test('a virtual sleeper wakes at its time, not a millisecond before', async () => {
  const clock = new VirtualClock(1000)
  let woke = false
  void clock.sleep(50).then(() => {
    woke = true
  })
  await clock.advance(49)
  expect(woke).toBe(false)
  await clock.advance(1)
  expect(woke).toBe(true)
  expect([clock.nowMs(), clock.elapsedMs()]).toEqual([1050, 50])
})

test('sleepers wake by time, and at the same time in the order they fell asleep', async () => {
  const clock = new VirtualClock(0)
  const woken: string[] = []
  const sleep = (name: string, durationMs: number) => clock.sleep(durationMs).then(() => woken.push(name))
  void sleep('late', 30)
  void sleep('first', 10)
  void sleep('second', 10)
  void sleep('now', 0)
  await clock.advance(30)
  expect(woken).toEqual(['now', 'first', 'second', 'late'])
})

test('whoever wakes sees the time of waking, and may sleep again within the same advance', async () => {
  const clock = new VirtualClock(0)
  const seen: number[] = []
  const tick = async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10)
      seen.push(clock.nowMs())
    }
  }
  void tick()
  await clock.advance(100)
  expect(seen).toEqual([10, 20, 30])
})

test('the wall clock may jump back; durations do not notice', async () => {
  const clock = new VirtualClock(5000)
  await clock.advance(10)
  clock.setNowMs(0)
  await clock.advance(10)
  expect([clock.nowMs(), clock.elapsedMs()]).toEqual([10, 20])
})

test('runUntil moves time only as far as the work needs', async () => {
  const clock = new VirtualClock(0)
  void clock.sleep(1_000_000)
  const work = clock.sleep(500).then(() => 'done')
  await expect(clock.runUntil(work)).resolves.toBe('done')
  expect(clock.elapsedMs()).toBe(500)
})

test('runUntil passes on the failure of the work', async () => {
  const clock = new VirtualClock(0)
  const work = clock.sleep(5).then(() => Promise.reject(new RangeError('no')))
  await expect(clock.runUntil(work)).rejects.toThrow(RangeError)
})

test('runUntil fails on work that no passing of time completes, and on work that takes too long', async () => {
  const clock = new VirtualClock(0)
  await expect(clock.runUntil(new Promise(() => undefined))).rejects.toThrow(/nobody sleeps/)
  await expect(clock.runUntil(clock.sleep(101), 100)).rejects.toThrow(/not done after 100 ms/)
})

const clocks: [name: string, make: () => Clock][] = [
  ['virtual', () => new VirtualClock(0)],
  ['real', realClock],
]

test.each(clocks)('an aborted sleep ends at once and does not reject (%s)', async (_name, make) => {
  const clock = make()
  const controller = new AbortController()
  const asleep = clock.sleep(3_000_000_000, controller.signal)
  controller.abort()
  await asleep
  await clock.sleep(3_000_000_000, controller.signal)
  expect(clock.elapsedMs() >= 0).toBe(true)
})

test('a deadline expires on its clock, unless it is stopped', async () => {
  const clock = new VirtualClock(0)
  const kept = deadlineOf(clock, 100)
  const stopped = deadlineOf(clock, 100)
  stopped.stop()
  await clock.advance(99)
  expect(kept.signal.aborted).toBe(false)
  await clock.advance(1)
  expect([kept.signal.aborted, stopped.signal.aborted]).toEqual([true, false])
})

test('a real sleep takes its time, and one longer than a timer can count does not end at once', async () => {
  const clock = realClock()
  const beginMs = clock.elapsedMs()
  await clock.sleep(20)
  expect(clock.elapsedMs() - beginMs).toBeGreaterThanOrEqual(19)

  const month = new AbortController()
  const winner = await Promise.race([clock.sleep(2 ** 31, month.signal).then(() => 'month'), clock.sleep(20)])
  month.abort()
  expect(winner).toBeUndefined()
})
