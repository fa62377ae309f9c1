import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { realClock } from '@sealift/world/real'
import { afterEach, expect, test } from 'vitest'
import type { RunningImage } from './machine.ts'
import { realMachine } from './real-machine.ts'

const started: RunningImage[] = []
const WAIT = { timeout: 10_000, interval: 50 }

afterEach(async () => {
  for (const image of started.splice(0)) await image.stop()
})

/** Starts `script` as the image of slot b. */
async function start(script: string, mode = 0o600) {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-device-'))
  await mkdir(join(folder, 'slots/b'), { recursive: true })
  await writeFile(join(folder, 'slots/b/image'), script, { mode })
  const machine = realMachine({ folder, clock: realClock(), stopTimeLimitMs: 300 })
  const image = await machine.start({ slot: 'b', version: '1.2.3', deviceId: 'device-1' })
  started.push(image)
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  return { image, folder, read }
}

/** An image in Node whose health is what `reply` writes. */
const answering = (reply: string) => `#!/usr/bin/env node
process.getBuiltinModule('node:http')
  .createServer((request, response) => { ${reply} })
  .listen(process.env.SEALIFT_HEALTH_SOCKET)
`

async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  // A process that has ended and that nobody has asked about yet is not alive.
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

test('an image learns who it is, and nothing of our secrets', async () => {
  process.env.SEALIFT_PASSPHRASE = 'secret'
  const { read, folder } = await start('#!/bin/sh\nenv > env.new; pwd >> env.new; mv env.new env; sleep 100\n')
  delete process.env.SEALIFT_PASSPHRASE
  await expect.poll(() => read('env'), WAIT).not.toBe('')
  const lines = (await read('env')).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'SEALIFT_DEVICE_ID=device-1',
      'SEALIFT_VERSION=1.2.3',
      'SEALIFT_SLOT=b',
      `SEALIFT_DEVICE_DIR=${folder}`,
      folder,
    ]),
  )
  expect(lines.find((line) => line.startsWith('PATH='))).toMatch(`PATH=${dirname(process.execPath)}:`)
  expect(lines.join('\n')).not.toContain('secret')
})

test('the health socket lies where nobody else may look, and is gone with the image', async () => {
  const { image, read } = await start(
    '#!/bin/sh\necho "$SEALIFT_HEALTH_SOCKET" > where.new; mv where.new where; sleep 100\n',
  )
  await expect.poll(() => read('where'), WAIT).not.toBe('')
  const room = dirname((await read('where')).trim())
  expect((await stat(room)).mode & 0o777).toBe(0o700)
  await image.stop()
  await expect(stat(room)).rejects.toMatchObject({ code: 'ENOENT' })
})

const answers: [story: string, reply: string, health: object][] = [
  ['well', `response.end('{"healthy":true}')`, { answer: 'well' }],
  [
    'ill, in its own words',
    `response.writeHead(503).end('{"healthy":false,"why":"pump is dry"}')`,
    { answer: 'ill', why: 'pump is dry' },
  ],
  ['ill without words', `response.writeHead(503).end('{"healthy":false}')`, { answer: 'ill', why: 'status 503' }],
  [
    'well by word but not by status',
    `response.writeHead(503).end('{"healthy":true}')`,
    { answer: 'ill', why: 'status 503' },
  ],
  ['something else', `response.end('<html>')`, { answer: 'ill' }],
  [
    'without end',
    `const more = () => { while (response.write('x'.repeat(9999))); response.once('drain', more) }; more()`,
    { answer: 'ill' },
  ],
  ['nothing, and hangs up', `response.destroy()`, { answer: 'none' }],
]

test.each(answers)('an image that answers: %s', async (_story, reply, health) => {
  const { image } = await start(answering(reply))
  const ask = () => image.health(AbortSignal.timeout(2_000))
  await expect.poll(ask, WAIT).toMatchObject(health)
})

test('an image that takes the question and does not answer: no answer, within the time limit', async () => {
  const { image } = await start(answering(''))
  const ask = () => image.health(AbortSignal.timeout(300))
  await expect.poll(ask, WAIT).toEqual({ answer: 'none', why: 'it does not answer' })
})

test('an image that is not there yet does not answer', async () => {
  const { image } = await start('#!/bin/sh\nsleep 100\n')
  expect(await image.health(AbortSignal.timeout(1_000))).toMatchObject({ answer: 'none' })
})

test('how an image ended: exit code, signal, last words', async () => {
  const left = await start('#!/bin/sh\necho one >&2; echo "TypeError: two" >&2; echo three >&2; exit 3\n')
  expect(await left.image.exited).toEqual({ exitCode: 3, why: 'TypeError: two' })
  const killed = await start('#!/bin/sh\nkill -SEGV $$\n')
  expect(await killed.image.exited).toMatchObject({ signal: 'SIGSEGV' })
  const absent = await start('#!/no/such/interpreter\n')
  expect(await absent.image.exited).toMatchObject({
    exitCode: expect.toSatisfy((code: number) => code === 126 || code === 127),
  })
})

test('an image that cannot be started is one that ended at once', async () => {
  const machine = realMachine({ folder: await mkdtemp(join(tmpdir(), 'sealift-device-')), clock: realClock() })
  const image = await machine.start({ slot: 'a', version: '1.0.0', deviceId: 'device-1' })
  expect(await image.exited).toEqual({ why: 'ENOENT' })
  expect(await image.health(AbortSignal.timeout(100))).toMatchObject({ answer: 'none' })
  await image.stop()
})

test('stopping asks first', async () => {
  const { image, read } = await start(
    '#!/bin/sh\ntrap "echo bye > bye; exit 7" TERM\necho up > up\nwhile :; do sleep 0.05; done\n',
  )
  await expect.poll(() => read('up'), WAIT).toBe('up\n')
  await image.stop()
  expect(await read('bye')).toBe('bye\n')
  expect(await image.exited).toMatchObject({ exitCode: 7 })
})

test('stopping does not ask for ever, and leaves nothing that the image has started', async () => {
  const { image, read } = await start(`#!/bin/sh
trap "" TERM
(trap "" TERM; while :; do sleep 0.05; done) &
echo "$$ $!" > pids.new; mv pids.new pids
while :; do sleep 0.05; done
`)
  await expect.poll(() => read('pids'), WAIT).not.toBe('')
  const pids = (await read('pids')).trim().split(' ').map(Number)
  expect(await Promise.all(pids.map(isAlive))).toEqual([true, true])
  await image.stop()
  await expect.poll(() => Promise.all(pids.map(isAlive)), WAIT).toEqual([false, false])
})

test('an image that ends by itself takes along what it has started', async () => {
  const { image, read } = await start('#!/bin/sh\nsleep 1000 &\necho $! > pid.new; mv pid.new pid; exit 0\n')
  expect(await image.exited).toEqual({ exitCode: 0 })
  const pid = Number(await read('pid'))
  await expect.poll(() => isAlive(pid), WAIT).toBe(false)
})
