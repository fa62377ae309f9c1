// Find a browser for the tests that need one, or say why there is none.

import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'

type Found = { readonly path: string; readonly env: Readonly<Record<string, string>> }

const require = createRequire(import.meta.url)

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Why the browser tests cannot run here; undefined when they can. */
export const noBrowser: string | undefined = reason()

/**
 * Start the browser named by SEALIFT_CHROMIUM, else the one that npm brought (Linux on x64; it needs nothing of the
 * system but glibc), else the system's own.
 */
export async function openBrowser(): Promise<Browser> {
  const { path, env } = await findBrowser()
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    args: ['--font-render-hinting=none'],
  })
}

function reason(): string | undefined {
  const named = process.env['SEALIFT_CHROMIUM']
  if (named !== undefined) return existsSync(named) ? undefined : `SEALIFT_CHROMIUM names ${named}, which is not there`
  if (packed() !== undefined || systemBrowser() !== undefined) return undefined
  return 'no browser: install chromium, or set SEALIFT_CHROMIUM to the path of one'
}

async function findBrowser(): Promise<Found> {
  const named = process.env['SEALIFT_CHROMIUM']
  if (named !== undefined) return { path: named, env: {} }
  const folder = packed()
  if (folder !== undefined) return unpack(folder)
  const path = systemBrowser()
  if (path === undefined) throw new Error(noBrowser)
  return { path, env: {} }
}

function systemBrowser(): string | undefined {
  return SYSTEM_BROWSERS.find((path) => existsSync(path))
}

/** Folder of the archives in `@sparticuz/chromium`; undefined where they would not run or are not installed. */
function packed(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  try {
    return join(dirname(require.resolve('@sparticuz/chromium')), '../../bin')
  } catch {
    return undefined
  }
}

// Unpacked once, beside its final place and then renamed, so that two test workers never meet a half-written browser.
async function unpack(folder: string): Promise<Found> {
  const home = fileURLToPath(new URL('../../../node_modules/.cache/sealift-chromium', import.meta.url))
  const found = {
    path: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: join(home, 'lib'), FONTCONFIG_PATH: home },
  }
  if (existsSync(found.path)) return found

  const draft = `${home}.${process.pid}`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await inflate(join(folder, 'chromium.br'), join(draft, 'chromium'))
  await chmod(join(draft, 'chromium'), 0o700)
  for (const archive of ['al2023.tar', 'fonts.tar']) {
    await inflate(join(folder, `${archive}.br`), join(draft, archive))
    await promisify(execFile)('tar', ['--no-same-owner', '-xf', join(draft, archive), '-C', draft])
    await rm(join(draft, archive))
  }
  await writeFile(join(draft, 'fonts.conf'), fontsConf(home))
  await rename(draft, home).catch(() => rm(draft, { recursive: true }))
  return found
}

async function inflate(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))
}

function fontsConf(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
</fontconfig>
`
}
