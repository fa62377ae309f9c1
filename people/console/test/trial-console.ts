// The console for tests: built from its sources, served with a made-up fleet, opened in a real browser.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { noBrowser, openBrowser } from './trial-browser.ts'
import { busyFleet, type Fleet } from './trial-fleet.ts'
import { startTrialServer, type TrialServer } from './trial-server.ts'

export type Visit = {
  readonly page: Page
  readonly server: TrialServer
  /** Go to a page of the console by its address behind the `#`. */
  go(address: string): Promise<void>
}

export type VisitOptions = {
  readonly fleet?: Fleet
  readonly signedIn?: boolean
  readonly context?: BrowserContextOptions
}

export type TrialConsole = {
  visit(options?: VisitOptions): Promise<Visit>
  /** A page for another server than the made-up one. */
  openPage(context: BrowserContextOptions): Promise<Page>
  /** What the pages of this test file complained about: errors, and what the content security policy forbade. */
  readonly complaints: readonly string[]
}

/** Call it once at the head of a test file. Each visit ends with its test; without a browser every test is skipped. */
export function openTrialConsole(): TrialConsole {
  const complaints: string[] = []
  const leave: (() => Promise<void>)[] = []
  let folder = ''
  let browser: Browser | undefined

  beforeAll(async () => {
    if (noBrowser !== undefined) return
    browser = await openBrowser()
  })
  beforeEach(({ skip }) => skip(noBrowser !== undefined, noBrowser))
  afterEach(async () => {
    for (const close of leave.splice(0)) await close()
  })
  afterAll(async () => {
    await browser?.close()
    if (folder !== '') await rm(folder, { recursive: true })
  })

  async function openPage(options: BrowserContextOptions): Promise<Page> {
    if (!browser) throw new Error('a page outside a test')
    const context = await browser.newContext(options)
    leave.unshift(() => context.close())
    const page = await context.newPage()
    listen(page, complaints)
    return page
  }

  async function visit(options: VisitOptions = {}): Promise<Visit> {
    if (folder === '') folder = await buildConsole()
    const server = await startTrialServer(folder, options.fleet ?? busyFleet(Date.now()))
    leave.push(() => server.close())
    const page = await openPage({ permissions: ['clipboard-read', 'clipboard-write'], ...options.context })
    await arrive(page, server, options.signedIn ?? true)
    return { page, server, go: (address) => goTo(page, `${server.url}/#${address}`) }
  }

  return { visit, openPage, complaints }
}

async function buildConsole(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-console-'))
  const root = fileURLToPath(new URL('..', import.meta.url))
  // Vitest says `test`, and would be given the development build of React: another program than the one that ships.
  process.env['NODE_ENV'] = 'production'
  await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
  return folder
}

function listen(page: Page, complaints: string[]): void {
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text())
  })
}

async function arrive(page: Page, server: TrialServer, signedIn: boolean): Promise<void> {
  await page.goto(signedIn ? server.link() : server.url)
  if (signedIn) await page.getByRole('navigation', { name: 'Places' }).waitFor()
}

// By way of nowhere, so that the heading waited for is not that of the page before.
async function goTo(page: Page, url: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).waitFor()
}
