// Every page is for everybody: WCAG 2.2 AA by axe, no sideways scrolling, keyboard, and a strict content security policy.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { standingOf } from '../src/words/standing.ts'
import { openTrialConsole } from './trial-console.ts'
import { busyFleet, type Fleet } from './trial-fleet.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WITHIN: RunOptions = {
  resultTypes: ['violations'],
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
}

const trial = openTrialConsole()

const PAGES = [
  '/',
  '/?show=faulty',
  '/rollouts',
  '/rollouts/r-badge-24',
  '/rollouts/r-thermostat-3',
  '/rollouts/r-thermostat-4',
  '/devices/thermostat-attic',
  '/devices/badge-003',
  '/releases',
  '/products',
  '/journal',
  '/devices/unknown',
  '/nowhere',
]

// One row has the barriers of fifty, and is searched in a fiftieth of the time.
function fewOfEach(): Fleet {
  const fleet = busyFleet(Date.now())
  const devices = [...Map.groupBy(fleet.devices, (device) => `${device.step} ${standingOf(device).label}`).values()]
  return {
    ...fleet,
    devices: devices.map(([device]) => device).filter((device) => device !== undefined),
    journal: fleet.journal.slice(0, 6),
  }
}

const EYES: [name: string, context: BrowserContextOptions][] = [
  ['light, on a desk', { colorScheme: 'light', viewport: { width: 1280, height: 860 } }],
  ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
]

async function barriersOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
    WITHIN,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`))
}

async function whole(page: Page): Promise<void> {
  await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
}

test.each(EYES)(
  'no page has a barrier that axe can find: %s',
  async (_name, context) => {
    const { page, go } = await trial.visit({ fleet: fewOfEach(), context: { ...context, reducedMotion: 'reduce' } })
    const barriers: string[] = []
    const look = async (place: string) => {
      barriers.push(...(await barriersOf(page)).map((barrier) => `${place} ${barrier}`))
    }
    for (const address of PAGES) {
      await go(address)
      await whole(page)
      await look(address)
    }
    await go('/rollouts')
    await page.getByRole('button', { name: 'Plan a rollout' }).click()
    await page.getByRole('dialog').waitFor()
    await look('plan dialog')
    await go('/rollouts/r-badge-24')
    await page.getByRole('button', { name: /^Abort/ }).click()
    await page.getByRole('alertdialog').waitFor()
    await look('abort dialog')
    expect(barriers).toEqual([])
  },
  60_000,
)

test('the sign-in page has no barrier either', async () => {
  const { page } = await trial.visit({ signedIn: false })
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await barriersOf(page)).toEqual([])
})

test('nothing scrolls sideways at 320 pixels (WCAG 1.4.10)', async () => {
  const { page, go } = await trial.visit({ context: { viewport: { width: 320, height: 700 } } })
  const wide: string[] = []
  for (const address of PAGES) {
    await go(address)
    await whole(page)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > 320) wide.push(`${address} is ${width} wide`)
  }
  expect(wide).toEqual([])
})

test('after a change of page the focus is on its heading, and the title says where one is', async () => {
  const { page } = await trial.visit()
  await page.getByRole('link', { name: 'Journal' }).press('Enter')
  await page.getByRole('heading', { name: 'Journal' }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Journal')
  await expect.poll(() => page.title()).toBe('Journal · Sealift')
})

test('the first key leads past the menu to the content', async () => {
  const { page } = await trial.visit()
  await page.reload()
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
})

test('a device is opened from the table by keyboard', async () => {
  const { page } = await trial.visit()
  await page.getByRole('link', { name: 'badge-001' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /badge-001/ }).waitFor()
})

test('no page did anything that the content security policy forbids, nor failed in any other way', () => {
  expect(trial.complaints).toEqual([])
})
