// SIGKILL at any moment, of the server and of devices: nothing that was acknowledged is lost, and all goes on where it was.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildThermostat } from '@sealift/thermostat'
import { seededChance } from '@sealift/world/virtual'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HARDWARE, Organisation, PRODUCT } from './organisation.ts'
import { CommandFailed } from './program.ts'
import { until } from './until.ts'

const DEVICES = 3
const KILLS = 8
const LIMIT_MS = 240_000

let folder: string
let organisation: Organisation

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealift-kill-'))
  organisation = await Organisation.found(join(folder, 'it'))
  await organisation.serve()
  await organisation.addProduct(PRODUCT, 'Thermostat', HARDWARE)
  await sign('0.1.0')
  const claim = await organisation.claim(DEVICES)
  for (let i = 1; i <= DEVICES; i++) await organisation.bringDevice(`0${i}`, claim, '0.1.0')
}, LIMIT_MS)

afterAll(async () => {
  await organisation.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

async function sign(version: string): Promise<void> {
  const image = buildThermostat({ version, behaviour: 'good' })
  await organisation.sign({ product: PRODUCT, hardware: HARDWARE, version, image, summary: `Version ${version}.` })
}

type Entry = { readonly action: string; readonly subject: string }

async function confirmations(): Promise<readonly string[]> {
  const { entries } = (await organisation.sealift('journal', 'list', '--limit', '500')) as { entries: readonly Entry[] }
  return entries.filter(({ action }) => action === 'device.confirmed').map(({ subject }) => subject)
}

test(
  'an update comes about on every device, once, through SIGKILL of the server and of devices',
  async () => {
    const chance = seededChance(4711)
    await sign('1.0.0')
    await organisation.publish(PRODUCT, '1.0.0')
    const { id } = await organisation.plan('1.0.0', ['100%'], [])
    await organisation.sealift('rollout', 'start', id)

    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, chance.fraction() * 1_500))
      if (kill % 2 === 0) {
        await organisation.killServer()
        await organisation.serve()
      } else {
        const devices = [...organisation.devices.values()]
        const device = devices[Math.floor(chance.fraction() * devices.length)]
        await device?.program.kill()
        if (device) organisation.switchOn(device.id, device.folder)
      }
    }

    const reader = await organisation.openReader()
    await until('the confirmation of every device', LIMIT_MS, async () => {
      organisation.requireRunning()
      const { counts } = await reader.rollout(id)
      return counts.confirmed === DEVICES || undefined
    })
    expect((await reader.devices()).map(({ running }) => running?.version)).toEqual(Array(DEVICES).fill('1.0.0'))
    expect([...(await confirmations())].toSorted()).toEqual([...organisation.devices.keys()].toSorted())
    expect(await organisation.sealift('journal', 'verify')).toMatchObject({ verified: true })
  },
  LIMIT_MS,
)

test(
  'a second server on the folder, and a second agent on a device, say so and end',
  async () => {
    const [device] = organisation.devices.values()
    const server = organisation.sealift('serve', '--port', '0', '--device-port', '0')
    await expect(server).rejects.toThrow('keep.busy')
    await expect(server).rejects.toBeInstanceOf(CommandFailed)
    const agent = organisation.runAgent(device?.folder ?? '', join(folder, 'second.log'))
    await until('the end of the second agent', 60_000, async () => !agent.running || undefined)
    expect(agent.lastWords).toContain('keep.busy')
  },
  LIMIT_MS,
)
