// A whole fleet in one process under one seed: the house, its devices, and time that we move.

import { seededChance, VirtualClock } from '@sealift/world/virtual'
import { imageTelling, type Traffic, VirtualDevice } from './virtual-device.ts'
import { VirtualHouse } from './virtual-house.ts'

const START_MS = Date.UTC(2026, 10, 20)

export class VirtualFleet {
  readonly clock: VirtualClock
  readonly house: VirtualHouse
  readonly devices: readonly VirtualDevice[]

  private constructor(clock: VirtualClock, house: VirtualHouse, devices: readonly VirtualDevice[]) {
    this.clock = clock
    this.house = house
    this.devices = devices
  }

  /** Devices that run the factory image 0.1.0, with the power on. */
  static async make(count: number, seed: number): Promise<VirtualFleet> {
    const traffic: Traffic = { underWay: 0 }
    const clock = new VirtualClock(START_MS, () => settled(traffic))
    const house = await VirtualHouse.found(clock, seededChance(seed))
    const image = imageTelling({}, '0.1.0')
    const bootManifest = await house.sign('0.1.0', image)
    const claim = await house.claim(count)
    const devices: VirtualDevice[] = []
    for (let i = 1; i <= count; i++) {
      const chance = seededChance(seed * 1000 + i)
      const serial = `dev-${String(i).padStart(3, '0')}`
      const made = VirtualDevice.make({ house, clock, traffic }, chance, claim, serial, { image, bootManifest })
      devices.push(await clock.runUntil(made))
    }
    for (const device of devices) await device.powerUp()
    return new VirtualFleet(clock, house, devices)
  }

  /** Lets time pass until `seen` says yes; fails after `limitMs` of virtual time. */
  async until(what: string, seen: () => Promise<boolean>, limitMs = 3_600_000): Promise<void> {
    const endMs = this.clock.elapsedMs() + limitMs
    while (!(await seen())) {
      if (this.clock.elapsedMs() > endMs)
        throw new Error(`${what} did not happen within ${limitMs / 1000} s of virtual time`)
      await this.clock.advance(1_000)
    }
  }

  async versions(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {}
    for (const { running } of await this.house.devices()) {
      const version = running?.version ?? 'unknown'
      counts[version] = (counts[version] ?? 0) + 1
    }
    return counts
  }

  async end(): Promise<void> {
    for (const device of this.devices) await device.powerDown()
    await this.clock.runUntil(this.house.close())
  }
}

// A request crosses Fastify, SQLite and at times a thread of OpenSSL's; time must not pass meanwhile.
async function settled(traffic: Traffic): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet = traffic.underWay > 0 ? 0 : quiet + 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const QUIET_TURNS = 8
