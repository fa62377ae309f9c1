// The pages show what the server says, stay live, and say what to do when there is nothing to show.

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openTrialConsole } from './trial-console.ts'
import { emptyFleet } from './trial-fleet.ts'

const trial = openTrialConsole()

const EMPTY: [address: string, next: string][] = [
  ['/', 'npx sealift enrol'],
  ['/rollouts', 'npx sealift rollout plan'],
  ['/releases', 'npx sealift release create'],
  ['/products', 'npx sealift product add'],
  ['/journal', 'begins the chain'],
]

test.each(EMPTY)('an empty %s says how there comes to be something', async (address, next) => {
  const { page, go } = await trial.visit({ fleet: emptyFleet() })
  await go(address)
  await page.getByText(next).waitFor()
})

test('a counter filters the devices, and the address keeps it', async () => {
  const { page } = await trial.visit()
  await page.getByRole('button', { name: /Faulty/ }).click()
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(4)
  expect(page.url()).toContain('show=faulty')
  await page.reload()
  await page.getByRole('rowheader').first().waitFor()
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(4)
  await page.getByRole('link', { name: /show all again/ }).click()
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(25)
})

test('a search asks the server once the typing rests', async () => {
  const { page, server } = await trial.visit()
  await page.getByRole('rowheader').first().waitFor()
  const before = server.asked.length
  await page.getByRole('searchbox', { name: 'Search devices' }).pressSequentially('attic', { delay: 20 })
  await expect.poll(() => page.getByRole('rowheader').allTextContents()).toEqual([expect.stringContaining('attic')])
  expect(server.asked.slice(before).filter((request) => request.includes('search=')).length).toBe(1)
})

test('the device table goes on page by page, and back', async () => {
  const { page } = await trial.visit()
  const first = page.getByRole('rowheader').first()
  await expect.poll(() => first.textContent()).toContain('badge-001')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect.poll(() => first.textContent()).toContain('badge-026')
  await page.getByRole('button', { name: 'Previous' }).click()
  await expect.poll(() => first.textContent()).toContain('badge-001')
})

test('what changes on the server shows without loading again', async () => {
  const { page, server } = await trial.visit()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText('59 devices of 3 products').waitFor()
  server.fleet.devices.pop()
  server.tell({ kind: 'device', id: 'tv-5' })
  await page.getByText('58 devices of 3 products').waitFor()
})

test('a lost connection is said, and what was missed is looked up once it is back', async () => {
  const { page, server } = await trial.visit()
  await page.getByText('Live', { exact: true }).waitFor()
  server.drop()
  await page.getByText('Reconnecting…').waitFor()
  server.fleet.devices.pop()
  server.letIn()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText('58 devices of 3 products').waitFor()
})

test('a device page explains its fault, its reason and its times', async () => {
  const { page, go } = await trial.visit()
  await go('/devices/thermostat-bath')
  const main = page.getByRole('main')
  await main.getByText('it failed on this release and is kept from it').waitFor()
  await expect.poll(() => main.textContent()).toContain('new image stopped answering and the watchdog fired')
  await expect.poll(() => main.textContent()).toContain('watchdogMs10000')
  await expect.poll(() => main.locator('time').first().getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('a download is read out at each tenth, not at each step', async () => {
  const { page, server, go } = await trial.visit()
  await go('/devices/badge-003')
  const bar = page.getByRole('progressbar')
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toBe('2.94 MB of 6.29 MB, 47\u00a0%')
  const announced = page.locator('[aria-live=polite].sr-only')

  const device = server.fleet.devices.find(({ id }) => id === 'badge-003')
  const download = async (doneBytes: number, text: string) => {
    if (device) device.progress = { doneBytes, ofBytes: 6_291_456 }
    server.tell({ kind: 'device', id: 'badge-003' })
    await expect.poll(() => bar.getAttribute('aria-valuetext')).toContain(text)
  }
  await download(3_082_813, '49')
  expect(await announced.textContent()).toBe('')
  await download(3_271_557, '52')
  await expect.poll(() => announced.textContent()).toBe('Downloading, 52\u00a0% of badge-003')
})

test('a digest is shown short and copied whole', async () => {
  const { page, server, go } = await trial.visit()
  await go('/releases')
  await page.getByRole('button', { name: 'Copy the digest of thermostat 4.0.0' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(server.fleet.releases[0]?.sha256)
})

test('the journal goes back to its first entry and is exported whole', async () => {
  const { page, server, go } = await trial.visit()
  await go('/journal')
  await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBe(50)
  await page.getByRole('button', { name: 'Older entries' }).click()
  await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBe(server.fleet.journal.length)

  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export as NDJSON' }).click()
  const text = await readFile(await (await downloading).path(), 'utf8')
  expect(text.trim().split('\n')).toHaveLength(server.fleet.journal.length)
})

test('a product past support says so and since when, and gives its dates as JSON', async () => {
  const { page, go } = await trial.visit()
  await go('/products')
  const television = page.getByRole('listitem').filter({ hasText: 'Television 2016' })
  await expect.poll(() => television.textContent()).toContain('Past support')
  await expect.poll(() => television.textContent()).toContain('No security updates for 5 months')
  const link = television.getByRole('link', { name: 'Dates as JSON: Television 2016' })
  await expect.poll(() => link.getAttribute('href')).toBe('/api/v1/products/tv-2016/support')
})

test('what is not there is said with what to do next', async () => {
  const { page, go } = await trial.visit()
  await go('/nowhere')
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('No such page')
  await go('/rollouts/r-unknown')
  await expect
    .poll(() => page.getByRole('alert').textContent())
    .toContain('no such product, release, device or rollout here')
})
