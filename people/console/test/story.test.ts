// The whole house from an operator's chair: a real server and real devices, and a rollout that is paused as it happens.

import { expect, test } from 'vitest'
import { openTrialConsole } from './trial-console.ts'
import { TrialStory } from './trial-story.ts'

const DEVICES = 4
/** A chapter of the story takes seconds; this is for a machine that is busy with something else. */
const CHAPTER_MS = 120_000

const trial = openTrialConsole()

test('an operator signs in, watches the devices come and pauses their rollout', {
  timeout: 4 * CHAPTER_MS,
}, async () => {
  await using story = await TrialStory.begin(DEVICES)
  await expect.poll(() => story.signInLink(), { timeout: CHAPTER_MS, interval: 200 }).toBeTruthy()

  const page = await trial.openPage({ ignoreHTTPSErrors: true })
  page.setDefaultTimeout(CHAPTER_MS)
  await page.goto(story.signInLink() ?? '')
  await page.getByRole('heading', { name: 'Fleet' }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText(`${DEVICES} devices of 1 product`).waitFor()

  const pause = page.getByRole('button', { name: /^Pause the rollout of thermostat/ })
  await pause.click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^thermostat \d/ }).click()
  await page.getByRole('button', { name: /^Resume/ }).waitFor()
  await page.getByText('No further device is offered this release.').waitFor()

  await page.getByRole('link', { name: 'Journal' }).click()
  const entry = page.getByRole('listitem').filter({ hasText: 'rollout.paused' })
  expect(await entry.textContent()).toContain('person admin')
  expect(trial.complaints).toEqual([])
})
