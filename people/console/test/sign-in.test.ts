// Signing in with a one-time link, in a real browser.

import { expect, test } from 'vitest'
import { openTrialConsole } from './trial-console.ts'

const trial = openTrialConsole()

test('a one-time link opens the fleet and leaves neither the address bar nor the history with its secret', async () => {
  const { page, server } = await trial.visit({ signedIn: false })
  await page.goto(server.link())
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  expect(page.url()).toBe(`${server.url}/#/`)
  await page.goBack()
  expect(page.url()).not.toContain('link=')
})

test('a used link says so, and how to get a new one', async () => {
  const { page, server } = await trial.visit({ signedIn: false })
  const link = server.link()
  await page.goto(link)
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in with a one-time link' }).waitFor()

  await page.goto(link)
  const alert = page.getByRole('alert')
  await expect.poll(() => alert.textContent()).toContain('used or past its date')
  await expect.poll(() => page.getByRole('main').textContent()).toContain('sealift doctor --sign-in')
  expect(page.url()).not.toContain('link=')
})

test('a link pasted into an open tab signs in without loading the page again', async () => {
  const { page, server } = await trial.visit({ signedIn: false })
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
  await page.evaluate((link) => location.assign(link), server.link())
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
})

test('who is not signed in sees no page, whatever the address', async () => {
  const { page, go } = await trial.visit({ signedIn: false })
  await go('/journal')
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in with a one-time link')
  expect(await page.getByRole('navigation').count()).toBe(0)
})

test('when the session ends, the next look at anything brings the sign-in page', async () => {
  const { page, server } = await trial.visit()
  await page.getByRole('rowheader').first().waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  server.endSessions()
  await page.getByRole('link', { name: 'Journal' }).click()
  await page.getByRole('heading', { name: 'Sign in with a one-time link' }).waitFor()
})

test('a link is not redeemed twice by the page itself', async () => {
  const { page, server } = await trial.visit({ signedIn: false })
  await page.goto(server.link())
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  expect(server.asked.filter((request) => request === 'POST /api/v1/session')).toHaveLength(1)
})
