// Steering a rollout, in a real browser.

import type { RolloutView } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { openTrialConsole } from './trial-console.ts'
import type { TrialServer } from './trial-server.ts'

const trial = openTrialConsole()

test('a running rollout is paused with one click, and a screen reader hears it', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts/r-badge-24')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('heading', { name: 'Paused', exact: true }).waitFor()
  expect(rolloutOf(server, 'r-badge-24').state).toBe('paused')
  await expect.poll(() => page.getByText('Rollout paused').first().getAttribute('aria-live')).toBe('polite')

  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Running', { exact: true }).waitFor()
  expect(rolloutOf(server, 'r-badge-24').state).toBe('running')
})

test('the fleet overview has Pause too', async () => {
  const { page, server } = await trial.visit()
  await page.getByRole('button', { name: 'Pause the rollout of badge-reader 2.4.0' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  expect(rolloutOf(server, 'r-badge-24').state).toBe('paused')
})

test('abort asks first: the safe answer has the focus, and Escape changes nothing', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts/r-badge-24')
  const abort = page.getByRole('button', { name: 'Abort the rollout of badge-reader 2.4.0' })
  await abort.click()
  const dialog = page.getByRole('alertdialog', { name: 'Abort the rollout of badge-reader 2.4.0?' })
  await dialog.waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Leave it as it is')
  await expect.poll(() => dialog.textContent()).toContain('10 devices confirmed')

  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(rolloutOf(server, 'r-badge-24').state).toBe('running')
  await expect.poll(() => abort.evaluate((button) => button === document.activeElement)).toBe(true)
})

test('abort, confirmed, aborts', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts/r-badge-24')
  await page.getByRole('button', { name: /^Abort/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Abort the rollout' }).click()
  await page.getByText('Aborted', { exact: true }).waitFor()
  expect(rolloutOf(server, 'r-badge-24').state).toBe('aborted')
  expect(await page.getByRole('button', { name: /Pause|Resume|Abort/ }).count()).toBe(0)
})

test('a stopped rollout says why in plain words, and Resume asks whether that is understood', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts/r-thermostat-3')
  const notice = page.getByRole('region', { name: 'Stopped by its stop rule' })
  expect((await notice.textContent())?.replaceAll('\u00a0', ' ')).toContain(
    '100 % of the devices that came to an end fell back to their old version. The rule allows 1 %.',
  )
  await page.getByRole('button', { name: /^Resume/ }).click()
  await page.getByRole('alertdialog').waitFor()
  expect(rolloutOf(server, 'r-thermostat-3').state).toBe('stopped')
})

test('a refused action says what to do next', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts/r-badge-24')
  server.fleet.rollouts.length = 0
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('list what there is')
})

test('a rollout is planned, looked at, and only then started', async () => {
  const { page, server, go } = await trial.visit()
  await go('/rollouts')
  await page.getByRole('button', { name: 'Plan a rollout' }).click()
  await page.getByLabel('Release').selectOption('badge-reader 2.4.0')
  await page.getByRole('radio', { name: /Small fleet/ }).check()
  await page.getByLabel('From devices').fill('5')
  await page.getByRole('button', { name: 'Plan it, then look' }).click()

  await page.getByRole('heading', { name: 'Before you start' }).waitFor()
  await expect
    .poll(() => page.getByRole('definition').filter({ hasText: 'before the stop rule can act' }).textContent())
    .toMatch(/^1/)
  expect(server.fleet.rollouts[0]?.state).toBe('planned')
  expect(server.fleet.rollouts[0]?.stopRule.devicesMin).toBe(5)

  await page.getByRole('button', { name: /^Start/ }).click()
  await page.getByText('Running', { exact: true }).waitFor()
  expect(server.fleet.rollouts[0]?.state).toBe('running')
})

test('the wave under way is a progress bar with its text', async () => {
  const { page, go } = await trial.visit()
  await go('/rollouts/r-badge-24')
  const bar = page.getByRole('progressbar', { name: 'Wave 50 %' })
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toBe('11 of 24 devices settled')
  await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('46')
})

function rolloutOf(server: TrialServer, id: string): RolloutView {
  const rollout = server.fleet.rollouts.find((candidate) => candidate.id === id)
  if (!rollout) throw new Error(`no rollout ${id}`)
  return rollout
}
