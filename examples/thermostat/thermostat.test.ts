// The builds as processes: what they answer, and when they stop answering.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { buildThermostat, type ThermostatBuild } from './build.ts'

const running: ChildProcess[] = []

afterEach(async () => {
  for (const image of running.splice(0)) {
    if (image.exitCode !== null || image.signalCode !== null) continue
    const ended = once(image, 'exit')
    image.kill('SIGKILL')
    await ended
  }
})

/** Runs a build as a boot stage would. */
async function start(build: ThermostatBuild, sensor?: string, folder?: string) {
  const home = await mkdtemp(join(folder ?? tmpdir(), 'thermostat-'))
  const image = join(home, 'image')
  const socketPath = join(home, 'health')
  await writeFile(image, buildThermostat(build), { mode: 0o700 })
  if (sensor !== undefined) await writeFile(join(home, 'sensor'), sensor)
  const child = spawn(image, {
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      SEALIFT_DEVICE_DIR: home,
      SEALIFT_HEALTH_SOCKET: socketPath,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  running.push(child)
  return { child, ask: () => ask(socketPath) }
}

/** Status and words; undefined when there is no answer within a second. */
function ask(socketPath: string): Promise<{ status: number | undefined; said: unknown } | undefined> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/health', timeout: 1000 }, (reply) => {
      void json(reply).then((said) => resolve({ status: reply.statusCode, said }))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(undefined))
  })
}

const WELL = { status: 200, said: { healthy: true } }
const WAIT = { timeout: 10_000, interval: 50 }

test('an image is about a megabyte, the same for the same version, and mostly the same for the next', () => {
  const [one, again, two] = (['1.0.0', '1.0.0', '2.0.0'] as const).map((version) =>
    Buffer.from(buildThermostat({ version, behaviour: 'good' })).toString(),
  )
  expect(one).toBe(again)
  expect(one?.length).toBeGreaterThan(900_000)
  expect(one?.length).toBeLessThan(1_400_000)
  const lines = new Set(one?.split('\n'))
  const changed = two?.split('\n').filter((line) => !lines.has(line)) ?? []
  expect(changed).toContain('version: "2.0.0",')
  expect(changed.length / lines.size).toBeLessThan(0.1)
})

test('a good version is well, on a device of batch b too, and ends when it is asked to', async () => {
  const live = async (sensor?: string) => {
    const { child, ask } = await start({ version: '1.0.0', behaviour: 'good' }, sensor)
    await expect.poll(ask, WAIT).toEqual(WELL)
    await new Promise((resolve) => setTimeout(resolve, 3500))
    expect(await ask()).toEqual(WELL)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }
  await Promise.all([live(), live('batch-b\n')])
})

test('the bad version is well at first, and then says why it is not', async () => {
  const { ask } = await start({ version: '3.0.0', behaviour: 'fails-health' })
  await expect.poll(ask, WAIT).toEqual(WELL)
  await expect
    .poll(ask, WAIT)
    .toMatchObject({ status: 503, said: { healthy: false, why: expect.stringMatching(/valve .* %$/) } })
})

test('on a device of batch b the bad version is well at first, and then hangs', async () => {
  const { child, ask } = await start({ version: '3.0.0', behaviour: 'fails-health' }, 'batch-b')
  await expect.poll(ask, WAIT).toEqual(WELL)
  await expect.poll(ask, WAIT).toBe(undefined)
  expect(await ask()).toBe(undefined)
  expect(child.exitCode).toBe(null)
})

test('it runs in a folder whose package says that files are modules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'thermostat-module-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const { ask } = await start({ version: '1.0.0', behaviour: 'good' }, undefined, folder)
  await expect.poll(ask, WAIT).toEqual(WELL)
})
