// Progress moves on a terminal and is told in few words elsewhere.

import { VirtualClock } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { trialTerminal } from '../trial-terminal.ts'
import { bar, progressLine, startProgress } from './progress.ts'

const MEBI = 2 ** 20

test('a line has share, bytes, rate and what is left', () => {
  expect(progressLine('bulb.img', 2 * MEBI, 8 * MEBI, 1000).plain).toBe(
    'bulb.img ██████··················   25 %  2.0 MiB of 8.0 MiB  2.0 MiB/s  3 s left',
  )
})

test('at the start nothing is known of the rate, at the end nothing is left', () => {
  expect(progressLine('f', 0, MEBI, 0).plain).toBe('f ························    0 %  0 B of 1.0 MiB')
  expect(progressLine('f', MEBI, MEBI, 500).plain).toBe(
    'f ████████████████████████  100 %  1.0 MiB of 1.0 MiB  2.0 MiB/s',
  )
})

test('an empty file is done at once', () => {
  expect(progressLine('f', 0, 0, 0).plain).toContain('100 %')
})

test.each([0, 0.01, 0.5, 0.999, 1, 1.5, -1])('the bar is as wide for %d as for any other share', (share) => {
  expect([...bar(share).plain]).toHaveLength(24)
})

test('off a terminal a line comes at each quarter, without control characters', async () => {
  const terminal = trialTerminal()
  const clock = new VirtualClock(0)
  const progress = startProgress(terminal, clock, 'f', 100)
  await clock.advance(2000)
  for (let done = 1; done <= 100; done++) progress.move(done)
  progress.end()
  expect(terminal.err().split('\n').filter(Boolean)).toHaveLength(4)
  expect(terminal.err()).not.toMatch(/[\x1b\r]/)
  expect(terminal.out()).toBe('')
})

test('off a terminal nothing is said of what is done in a moment', () => {
  const terminal = trialTerminal()
  const progress = startProgress(terminal, new VirtualClock(0), 'f', 100)
  for (let done = 1; done <= 100; done++) progress.move(done)
  expect(terminal.err()).toBe('')
})

test('on a terminal the line is redrawn, at most ten times a second, and taken away at the end', () => {
  const terminal = trialTerminal({ errIsTty: true, columns: 200 })
  const progress = startProgress(terminal, new VirtualClock(0), 'f', 100)
  for (let done = 1; done <= 100; done++) progress.move(done)
  expect(terminal.err().match(/\r/g)).toHaveLength(1)
  progress.end()
  expect(terminal.err()).toMatch(/\r\x1b\[K$/)
})

test('a line that is wider than the terminal is cut, so that it never wraps', () => {
  const terminal = trialTerminal({ errIsTty: true, columns: 20 })
  startProgress(terminal, new VirtualClock(0), 'a-file-with-a-long-name.img', 100).move(50)
  expect(terminal.err()).toBe('\r\x1b[Ka-file-with-a-long-')
})
