import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildThermostat, type ThermostatBuild } from '@sealift/thermostat'
import { signBootManifest } from '@sealift/trust'
import { realChance, realDisk } from '@sealift/world/real'
import { afterEach, expect, test } from 'vitest'
import { BOOT_SIGNER, CONFIG, install, type Release } from '../test/trial-device.ts'
import type { BootConfig } from './boot-config.ts'
import type { BootView } from './boot-control.ts'
import { provision } from './provision.ts'
import { type BootStageProcess, startBootStage } from './real-boot-stage.ts'

const started: BootStageProcess[] = []
const WAIT = { timeout: 30_000, interval: 50 }

afterEach(async () => {
  for (const stage of started.splice(0)) await stage.stop()
})

async function releaseOf(version: string, image: Uint8Array, securityCounter = 1): Promise<Release> {
  const sha256 = createHash('sha256').update(image).digest('hex')
  const bootManifest = await signBootManifest(
    {
      format: 'sealift-boot-1',
      product: 'thermostat',
      version,
      releaseCounter: 1,
      securityCounter,
      hardwareIds: ['thermo-1'],
      lengthBytes: image.byteLength,
      sha256,
    },
    BOOT_SIGNER,
  )
  return { image, bootManifest, sha256 }
}

const thermostat = (build: ThermostatBuild) => releaseOf(build.version, buildThermostat(build))
const GOOD = { version: '2.0.0', behaviour: 'good' } as const
const BAD = { version: '3.0.0', behaviour: 'fails-health' } as const

/** A device with a good factory image, as an agent would have it. */
async function newDevice(config: Partial<BootConfig> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-device-'))
  await provision(realDisk(folder), realChance(), {
    ...(await thermostat({ version: '1.0.0', behaviour: 'good' })),
    config: { ...CONFIG, slotLengthBytesMax: 4_000_000, healthTimeLimitMs: 20_000, watchdogMs: 2_000, ...config },
  })
  return { folder, ...(await powerOn(folder)) }
}

async function powerOn(folder: string) {
  const stage = await startBootStage(folder)
  started.push(stage)
  return { stage, control: stage.control, become: becomer(stage) }
}

function becomer({ control }: BootStageProcess) {
  return async (want: Partial<BootView>) => {
    await expect.poll(() => control.look(), WAIT).toMatchObject(want)
    return await control.look()
  }
}

async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

/** An image that says which process it is, and is well. */
const TELLING = Buffer.from(`#!/usr/bin/env node
process.getBuiltinModule('node:fs').writeFileSync('pid', String(process.pid))
process.getBuiltinModule('node:http')
  .createServer((request, response) => response.end('{"healthy":true}'))
  .listen(process.env.SEALIFT_HEALTH_SOCKET)
`)

test('a good version is tried, confirmed, and runs again after the next power-on', async () => {
  const { folder, control, become, stage } = await newDevice()
  await become({ running: 'a', trial: false, healthy: true })
  await install(control, await thermostat(GOOD))
  await become({ running: 'b', trial: true, healthy: true })
  await control.confirm()
  await become({ running: 'b', trial: false, healthy: true })
  await stage.stop()
  const again = await powerOn(folder)
  const view = await again.become({ running: 'b', trial: false, healthy: true, bootCount: 3 })
  expect(view.slots.b?.version).toBe('2.0.0')
}, 60_000)

test('attack 51 bad image: one that says that it is ill, one that hangs, one that crashes; the old version runs again', async () => {
  const { folder, control, become } = await newDevice()
  await become({ running: 'a', healthy: true })
  const bad = await thermostat(BAD)
  await install(control, bad)
  const ill = await become({ running: 'a', trial: false, healthy: true })
  expect(ill.fellBack).toMatchObject({ sha256: bad.sha256, code: 'confirm.unhealthy' })
  expect(ill.fellBack?.facts.why).toMatch(/valve/)

  await writeFile(join(folder, 'sensor'), 'batch-b')
  await install(control, bad)
  const hung = await become({ running: 'a', trial: false, healthy: true })
  expect(hung.fellBack).toMatchObject({ sha256: bad.sha256, code: 'confirm.hang' })

  await install(control, await releaseOf('3.0.1', Buffer.from('#!/bin/sh\necho "Error: no pump" >&2\nexit 3\n')))
  const crashed = await become({ running: 'a', trial: false, healthy: true })
  expect(crashed.fellBack).toMatchObject({ code: 'confirm.crash', facts: { exitCode: 3, why: 'Error: no pump' } })
}, 60_000)

test('SIGKILL of the boot stage during a trial leaves no orphan, and the next start is whole', async () => {
  const { folder, control, become, stage } = await newDevice()
  await become({ running: 'a', healthy: true })
  await install(control, await releaseOf('2.0.0', TELLING))
  await become({ running: 'b', trial: true, healthy: true })
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
  expect(await isAlive(pid)).toBe(true)
  const asked = control.look()
  process.kill(stage.pid, 'SIGKILL')
  await expect(asked).rejects.toMatchObject({ code: 'boot.gone' })
  expect(await stage.exited).toEqual({ signal: 'SIGKILL' })
  await expect.poll(() => isAlive(pid), WAIT).toBe(false)

  const again = await powerOn(folder)
  await again.become({ running: 'b', trial: true, healthy: true })
  await again.control.confirm()
  await again.become({ running: 'b', trial: false })
}, 60_000)

test('when the agent goes, the boot stage ends its image and itself, and the one after it waits its turn', async () => {
  const { folder, become, stage, control } = await newDevice()
  await become({ running: 'a', healthy: true })
  await install(control, await releaseOf('2.0.0', TELLING))
  await become({ running: 'b', healthy: true })
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
  const [, next] = await Promise.all([stage.stop(), powerOn(folder)])
  expect(await stage.exited).toEqual({ exitCode: 0 })
  expect(await isAlive(pid)).toBe(false)
  await next.become({ running: 'b', trial: true, healthy: true })
}, 60_000)

test('a folder that is no device, and one whose boot state is damaged, are told apart', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'sealift-device-'))
  await expect(startBootStage(empty)).rejects.toMatchObject({
    code: 'keep.missing',
    facts: { file: 'boot/config.json' },
  })

  const { folder, stage } = await newDevice()
  await stage.stop()
  for (const copy of ['0', '1']) await writeFile(join(folder, `boot/state.${copy}`), 'x')
  await expect(startBootStage(folder)).rejects.toMatchObject({ code: 'boot.state', facts: { file: 'boot/state' } })
  expect((await readdir(join(folder, 'boot'))).length).toBeGreaterThan(0)
}, 60_000)
