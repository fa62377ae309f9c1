// The first day of an organisation by the command line: a real server, real files, a real device.

import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../org.ts'
import {
  AS_OLD_NODE,
  type Ended,
  type Env,
  type Program,
  sealift,
  sealiftProcess,
  startSealift,
} from '../trial-sealift.ts'
import { upload } from '../upload.ts'

let folder = ''
let env: Env = {}
let server: Program
const running: Program[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-first-day-'))
  env = { SEALIFT_ORG: join(folder, 'org'), SEALIFT_PASSPHRASE: 'correct horse battery' }
  expect(await json(['init', '--name', 'Acme', '--port', '0', '--device-port', '0'])).toMatchObject({
    organisation: 'Acme',
  })
  server = start(['serve', '--port', '0', '--device-port', '0', '--poll', '200ms', '--json'])
  await server.firstLine
})

afterAll(async () => {
  for (const program of running) program.kill('SIGTERM')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true, force: true })
})

describe('an organisation', () => {
  test('has its secrets closed to others', async () => {
    const open: string[] = []
    for (const path of await filesBelow(join(folder, 'org'))) {
      const isPublic = /\/(server\/(sealift\.db.*|lock.*))$/.test(path)
      if (!isPublic && ((await stat(path)).mode & 0o077) !== 0) open.push(path)
    }
    expect(open).toEqual([])
  })

  test('is made once', async () => {
    const { exit, err } = await sealift(['init'], env)
    expect([exit, err]).toEqual([1, expect.stringContaining('(keep.exists)')])
  })

  test('that was only tried out is not there', async () => {
    const trial = join(folder, 'trial')
    expect(await json(['init', '--org', trial, '--dry-run'])).toMatchObject({ dryRun: true })
    await expect(stat(trial)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('takes no passphrase that is easily guessed', async () => {
    const { exit, err } = await sealift(['init', '--org', join(folder, 'weak')], { SEALIFT_PASSPHRASE: 'short' })
    expect([exit, err]).toEqual([1, expect.stringContaining('(sign.passphrase)')])
  })
})

describe('a server', () => {
  test('says its addresses in one line of JSON, and our connection follows them', async () => {
    const ready = JSON.parse(await server.firstLine) as Record<string, string>
    expect(ready).toMatchObject({ signInUrl: expect.stringContaining(`${ready['url']}/#/sign-in?link=`) })
    expect(await readJson(join(folder, 'org/people/connection.json'))).toMatchObject({ url: ready['url'] })
  })

  test('has its folder to itself', async () => {
    const second = await sealiftProcess(['serve', '--port', '0', '--device-port', '0'], env)
    expect([second.exit, second.err]).toEqual([1, expect.stringContaining('(keep.busy)')])
  })

  test('is believed only over TLS, and only with a token', async () => {
    expect((await sealift(['device', 'list'], { ...env, SEALIFT_URL: 'http://localhost:1' })).err).toContain(
      '(check.plaintext)',
    )
    expect((await sealift(['device', 'list'], { ...env, SEALIFT_TOKEN: 'wrong' })).err).toContain('(access.required)')
    expect((await sealift(['device', 'list'], { ...env, SEALIFT_URL: 'https://localhost:1' })).err).toContain(
      '(publish.unreachable)',
    )
  })
})

describe('an upload', () => {
  const bytes = Buffer.from('some image')
  const blob = { sha256: sha256(bytes), lengthBytes: bytes.byteLength, chunks: chunksOf(bytes) }

  test('of other bytes than announced is refused', async () => {
    const wrong = upload(await connection(), { ...blob, sha256: 'f'.repeat(64) })
    await expect(wrong).rejects.toMatchObject({ problem: { code: 'publish.digest' } })
  })

  test('goes to nobody who does not prove to be our server, and to nobody without TLS', async () => {
    const ours = await connection()
    const serverCaPem = await readFile(join(folder, 'org/maker/certificates/device-ca.pem'), 'utf8')
    await expect(upload({ ...ours, serverCaPem }, blob)).rejects.toMatchObject({ code: 'check.untrusted-server' })
    await expect(upload({ ...ours, url: 'https://localhost:1' }, blob)).rejects.toMatchObject({
      code: 'publish.unreachable',
    })
    await expect(upload({ ...ours, url: 'http://localhost:1' }, blob)).rejects.toThrow('https')
  })

  test('tells how far it is, and that the server knew it already', async () => {
    const seen: number[] = []
    const onProgress = (doneBytes: number) => seen.push(doneBytes)
    expect(await upload(await connection(), { ...blob, onProgress })).toMatchObject({ known: false })
    expect(seen).toEqual([5, 10])
    expect(await upload(await connection(), blob)).toMatchObject({ known: true })
  })

  async function connection(): Promise<Connection> {
    return (await readJson(join(folder, 'org/people/connection.json'))) as Connection
  }
})

describe('a release', () => {
  test('is made, signed and published, step by step, by processes of their own', async () => {
    const image = await imageFile('1.0.0')
    const of = ['--product', 'bulb', '--version', '1.0.0']
    await process(['product', 'add', 'bulb', '--name', 'Bulb', '--hardware', 'bulb-1'])
    const made = await process(['release', 'create', '--image', image, ...of, '--summary', 'First'])
    expect(made).toMatchObject({ release: { version: '1.0.0' }, sha256: sha256(await readFile(image)) })
    expect(await process(['release', 'sign', 'bulb', '1.0.0'])).toMatchObject({ release: { releaseCounter: 1 } })
    expect(await process(['release', 'publish', 'bulb', '1.0.0'])).toMatchObject({ images: [{ known: false }] })
    expect(await json(['release', 'list'])).toMatchObject({ releases: [{ version: '1.0.0', state: 'published' }] })
  })

  test('may be asked for twice: what is done stays done', async () => {
    expect(await json(['product', 'add', 'bulb', '--name', 'Bulb', '--hardware', 'bulb-1'])).toMatchObject({
      made: false,
    })
    expect(await json(['release', 'sign', 'bulb', '1.0.0'])).toMatchObject({ metadataVersion: 2 })
    expect(await json(['release', 'publish', 'bulb', '1.0.0'])).toMatchObject({ images: [], published: null })
  })

  test('is signed by whoever knows the passphrase, and by nobody else', async () => {
    const { exit, err } = await sealift(['release', 'sign', 'bulb', '1.0.0'], {
      ...env,
      SEALIFT_PASSPHRASE: 'wrong one',
    })
    expect([exit, err]).toEqual([1, expect.stringContaining('(sign.passphrase)')])
    const file = join(folder, 'passphrase')
    await writeFile(file, 'correct horse battery\n')
    const { SEALIFT_PASSPHRASE: _unset, ...without } = env
    expect((await sealift(['release', 'sign', 'bulb', '1.0.0', '--passphrase-file', file], without)).exit).toBe(0)
  })

  test('can be told from any other file, offline, with exit code 6', async () => {
    const image = join(folder, '1.0.0.img')
    expect(await json(['verify', image])).toMatchObject({ verified: true, role: 'product/bulb' })
    await writeFile(join(folder, 'tampered.img'), `${await readFile(image, 'utf8')} `)
    const { exit, err } = await sealift(['verify', join(folder, 'tampered.img'), '--json'], env)
    expect([exit, JSON.parse(err)]).toEqual([6, expect.objectContaining({ code: 'verify.not-signed', exit: 6 })])
  })

  test('can be told from other files by somebody who has only a root and the public metadata', async () => {
    const metadata = join(folder, 'org/maker/image')
    const given = ['--metadata', metadata, '--root', join(metadata, 'root.json'), '--org', '/nowhere']
    expect(await json(['verify', join(folder, '1.0.0.img'), ...given])).toMatchObject({ role: 'product/bulb' })
  })
})

describe('a dry run', () => {
  test.each([
    ['product add', ['product', 'add', 'lock', '--hardware', 'lock-1']],
    ['product support', ['product', 'support', 'bulb', '--end-of-security-support', '2033-01-01']],
    [
      'release create',
      ['release', 'create', '--image', '1.0.0.img', '--product', 'bulb', '--version', '9.0.0', '--summary', 'x'],
    ],
    ['release sign', ['release', 'sign', 'bulb', '1.0.0']],
    ['release publish', ['release', 'publish', 'bulb', '1.0.0']],
    ['enrol', ['enrol', '--product', 'bulb', '--out', 'claim.json']],
    ['rollout plan', ['rollout', 'plan', 'bulb', '1.0.0']],
    ['journal export', ['journal', 'export', '--out', 'journal.ndjson']],
  ])('of %s says what would happen, and changes nothing', async (_name, args) => {
    const before = await everything()
    const placed = args.map((arg) => (/\.(img|json|ndjson)$/.test(arg) ? join(folder, arg) : arg))
    expect(await json([...placed, '--dry-run'])).toMatchObject({ dryRun: true })
    expect(await everything()).toEqual(before)
  })
})

describe('a device', () => {
  const device = () => join(folder, 'device-1')
  let agent: Program

  test('is enrolled with a claim and a signed first image, once', async () => {
    const claim = join(folder, 'claim.json')
    await json(['enrol', '--product', 'bulb', '--out', claim])
    expect((await stat(claim)).mode & 0o077).toBe(0)
    const args = [
      'agent',
      'enrol',
      '--claim',
      claim,
      '--device',
      device(),
      '--factory-release',
      'bulb/1.0.0',
      '--serial',
      '1',
    ]
    expect(await json([...args, '--dry-run'])).toMatchObject({ dryRun: true })
    await expect(stat(device())).rejects.toMatchObject({ code: 'ENOENT' })
    const enrolled = await json(args)
    expect(enrolled).toMatchObject({ product: 'bulb', version: '1.0.0' })
    expect(await json(args)).toEqual(enrolled)
  })

  test('asks its owner about a feature, who sees what it is, and takes it when told to', async () => {
    agent = run()
    await release('1.1.0', 'feature')
    const plan = ['rollout', 'plan', 'bulb', '1.1.0', '--wave', 'all:0s', '--stop-min-devices', '1']
    const { id } = (await json(plan)) as { id: string }
    expect((await sealift(['rollout', 'watch', id, '--wait-for', 'running', '--timeout', '1ms'], env)).exit).toBe(7)
    await json(['rollout', 'start', id])
    expect(await json(['rollout', 'start', id])).toMatchObject({ state: 'running' })

    await eventually(async () => (await ownerIsAsked()) === 'ask')
    const word = ['agent', 'consent', 'approve', '--device', device()]
    expect(await json([...word, '--dry-run'])).toMatchObject({ dryRun: true, permission: { word: 'go' } })
    expect(await ownerIsAsked()).toBe('ask')
    expect(await json(word)).toMatchObject({ consent: { decision: 'approve', version: '1.1.0' } })

    const watch = await sealift(['rollout', 'watch', id, '--wait-for', 'finished', '--timeout', '60s', '--json'], env)
    expect([watch.exit, JSON.parse(watch.out)]).toEqual([0, expect.objectContaining({ state: 'finished' })])
    await eventually(async () => (await status()).running.version === '1.1.0')
  })

  test('is listed, shown and explained', async () => {
    const { devices } = (await json(['device', 'list', '--product', 'bulb'])) as { devices: { id: string }[] }
    expect(devices).toHaveLength(1)
    const id = devices[0]?.id ?? ''
    expect(await json(['device', 'show', id])).toMatchObject({ device: { id }, timeline: expect.any(Array) })
    expect(await json(['device', 'explain', id])).toMatchObject({ device: { id }, next: expect.any(String) })
    expect((await sealift(['device', 'show', 'nobody'], env)).err).toContain('(assign.unknown)')
  })

  test('goes on where it was after its power was cut, and ends when it is told to', async () => {
    await agent.firstLine
    agent.kill('SIGKILL')
    await agent.ended
    agent = run()
    expect(JSON.parse(await agent.firstLine)).toMatchObject({ event: 'agent.awake' })
    agent.kill('SIGTERM')
    expect(await agent.ended).toBe(0)
    expect((await sealift(['agent', 'status', '--device', device()], env)).out).toContain('1.1.0')
  })

  // Behind the launcher: killing the one process that the caller knows must end them all.
  function run(): Program {
    return start(['agent', 'run', '--device', device(), '--settle', '200ms', '--json'], AS_OLD_NODE)
  }

  async function ownerIsAsked(): Promise<string | undefined> {
    const shown = (await json(['agent', 'consent', 'show', '--device', device()])) as {
      permission: { word: string } | null
    }
    return shown.permission?.word
  }

  async function status() {
    return (await json(['agent', 'status', '--device', device()])) as { running: { version: string } }
  }
})

describe('a rollout', () => {
  test('that is aborted ends the wait with exit code 4, and is aborted only when that is meant', async () => {
    await release('1.2.0', 'security')
    const { id } = (await json(['rollout', 'plan', 'bulb', '1.2.0', '--wave', 'lab=1:1h'])) as { id: string }
    expect((await sealift(['rollout', 'abort', id], env)).exit).toBe(2)
    expect(await json(['rollout', 'abort', id, '--dry-run'])).toMatchObject({ rollout: { state: 'planned' } })
    expect(await json(['rollout', 'abort', id, '--yes'])).toMatchObject({ state: 'aborted' })
    expect((await sealift(['rollout', 'watch', id, '--wait-for', 'finished'], env)).exit).toBe(4)
    expect((await sealift(['rollout', 'resume', id], env)).err).toContain('(assign.state)')
  })
})

describe('the journal', () => {
  test('is exported whole, verified offline, and a changed word is found with exit code 6', async () => {
    const file = join(folder, 'journal.ndjson')
    const exported = (await json(['journal', 'export', '--out', file])) as { entries: number; head: string }
    expect(await json(['journal', 'verify', file, '--org', '/nowhere'])).toMatchObject({
      verified: true,
      head: exported.head,
    })
    expect((await sealift(['journal', 'verify', file, '--head', 'f'.repeat(64)], env)).exit).toBe(6)
    expect(await json(['journal', 'verify'])).toMatchObject({ verified: true })
    await writeFile(file, (await readFile(file, 'utf8')).replace('product.added', 'product.gone!'))
    const { exit, err } = await sealift(['journal', 'verify', file], env)
    expect([exit, err]).toEqual([6, expect.stringContaining('(audit.chain)')])
  })

  test('goes to stdout line by line when no file is named', async () => {
    const { exit, out } = await sealift(['journal', 'export'], env)
    expect(exit).toBe(0)
    const seqs = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq)
    expect(seqs).toEqual(seqs.map((_seq, i) => i + 1))
    expect((await sealift(['journal', 'export', '--json'], env)).exit).toBe(2)
  })

  test('is listed, the newest first', async () => {
    const { entries } = (await json(['journal', 'list', '--limit', '3'])) as { entries: { seq: number }[] }
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2].map((i) => (entries[0]?.seq ?? 0) - i))
  })
})

describe('the doctor', () => {
  test('finds nothing wrong with a new organisation', async () => {
    const { findings } = (await json(['doctor'])) as { findings: { what: string; verdict: string }[] }
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'node',
        'disk',
        'maker',
        'offline keys',
        'product/bulb',
        'server certificate',
        'server',
        'clock',
        'token',
      ]),
    )
  })

  test('finds a secret that others can read, and says what to do', async () => {
    const file = join(folder, 'org/people/connection.json')
    await chmod(file, 0o644)
    const { exit, out } = await sealift(['doctor', '--json'], env)
    expect(exit).toBe(1)
    const { findings } = JSON.parse(out) as { findings: { verdict: string }[] }
    const failed = findings.filter(({ verdict }) => verdict === 'fail')
    expect(failed).toMatchObject([{ what: 'connection', next: `chmod 600 ${file}` }])
    await chmod(file, 0o600)
  })

  test('makes a sign-in link for the console', async () => {
    expect(await json(['doctor', '--sign-in'])).toMatchObject({ url: expect.stringContaining('/#/sign-in?link=') })
  })

  test('misses an organisation that is not there', async () => {
    const { exit, out } = await sealift(['doctor', '--org', join(folder, 'nothing')], {})
    expect([exit, out]).toEqual([1, expect.stringContaining('sealift init')])
  })
})

describe('the server at the end of the day', () => {
  test('closes in good order, having said nothing else on stdout', async () => {
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.out().trimEnd().split('\n')).toHaveLength(1)
    expect((await sealift(['device', 'list'], env)).err).toContain('(publish.unreachable)')
  })
})

function start(args: readonly string[], nodeArgs: readonly string[] = []): Program {
  const program = startSealift(args, env, nodeArgs)
  running.push(program)
  return program
}

async function json(args: readonly string[]): Promise<unknown> {
  return documentOf(args, await sealift([...args, '--json'], env))
}

async function process(args: readonly string[]): Promise<unknown> {
  return documentOf(args, await sealiftProcess([...args, '--json'], env))
}

// One document and nothing else, with nothing in it that a terminal would obey.
function documentOf(args: readonly string[], { exit, out, err }: Ended): unknown {
  expect(exit, `${args.join(' ')}: ${err}`).toBe(0)
  expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  return JSON.parse(out)
}

async function release(version: string, releaseClass: string): Promise<void> {
  const of = ['--product', 'bulb', '--version', version, '--summary', 'Next', '--class', releaseClass]
  await json(['release', 'create', '--image', await imageFile(version), ...of])
  await json(['release', 'sign', 'bulb', version])
  await json(['release', 'publish', 'bulb', version])
}

// A program that says it is well when it is asked.
async function imageFile(version: string): Promise<string> {
  const path = join(folder, `${version}.img`)
  const answer = `(_request, response) => response.end('{"healthy":true}')`
  const program = `import('node:http').then(({ createServer }) => createServer(${answer}).listen(process.env.SEALIFT_HEALTH_SOCKET))`
  await writeFile(path, `#!/usr/bin/env node\n// ${version}\n${program}\n`)
  return path
}

/** All that a command could change: the files, and what the server did. */
async function everything(): Promise<unknown> {
  const files = await filesBelow(folder)
  const still = files.filter((path) => !path.includes('/org/server/'))
  const digests = await Promise.all(still.map(async (path) => [path, sha256(await readFile(path))]))
  return { digests, journal: await json(['journal', 'verify']), products: await json(['product', 'list']) }
}

async function filesBelow(top: string): Promise<readonly string[]> {
  const entries = await readdir(top, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

// In two pieces, as often as it is asked for.
function chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      yield bytes.subarray(0, 5)
      yield bytes.subarray(5)
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 30_000, interval: 100 }).toBe(true)
}
