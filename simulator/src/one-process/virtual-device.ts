// One device in memory: the real agent over the real boot stage, on a disk that forgets what was not synced.

import { X509Certificate } from 'node:crypto'
import { enrolDevice, runAgent } from '@sealift/agent'
import { BootStage, openFileCounter, provision } from '@sealift/boot-control'
import { type Tale, VirtualMachine } from '@sealift/boot-control/virtual'
import type { Claim } from '@sealift/protocol'
import type { Chance, Network, Request } from '@sealift/world'
import { type Answer, type Persistence, type VirtualClock, VirtualDisk, VirtualNetwork } from '@sealift/world/virtual'
import { DEVICE_URL, FINGERPRINT_HEADER, PEOPLE_URL, type VirtualHouse } from './virtual-house.ts'

/** How an image behaves stands in its first line, as JSON; so a device can run it without a processor. */
export function imageTelling(tale: Tale, version: string, lengthBytes = 4_000): Uint8Array {
  return Buffer.from(`${JSON.stringify(tale)}\n${version}\n`.padEnd(lengthBytes, '.'))
}

function taleOf(image: Uint8Array): Tale {
  const text = Buffer.from(image).toString('utf8')
  return JSON.parse(text.slice(0, text.indexOf('\n'))) as Tale
}

/** Requests that the house has not answered yet. */
export type Traffic = { underWay: number }

/** Where a device lives: the house it calls, the time it shares, and the wire between them. */
export type Place = { readonly house: VirtualHouse; readonly clock: VirtualClock; readonly traffic: Traffic }

export class VirtualDevice {
  readonly id: string
  private readonly clock: VirtualClock
  private readonly chance: Chance
  private readonly network: Network
  private disk: VirtualDisk
  private running: { stage: BootStage; stop: AbortController; end: Promise<unknown> } | undefined

  private constructor(id: string, clock: VirtualClock, chance: Chance, network: Network, disk: VirtualDisk) {
    this.id = id
    this.clock = clock
    this.chance = chance
    this.network = network
    this.disk = disk
  }

  /** On the line: an identity, and the factory image in slot a. */
  static async make(
    place: Place,
    chance: Chance,
    claim: Claim,
    serial: string,
    factory: { readonly image: Uint8Array; readonly bootManifest: string },
  ): Promise<VirtualDevice> {
    const { clock } = place
    const disk = new VirtualDisk()
    const identity = { fingerprint: '' }
    const network = networkTo(place, identity)
    const { id, hardwareId } = await enrolDevice({ claim, disk, network, clock, serial })
    identity.fingerprint = await fingerprintIn(disk)
    const { bootKeysPem } = claim
    await provision(disk, chance, { config: { deviceId: id, hardwareId, bootKeysPem }, ...factory })
    return new VirtualDevice(id, clock, chance, network, disk)
  }

  /** Power comes: the boot stage starts a slot, and the agent wakes. */
  async powerUp(): Promise<void> {
    const { clock, disk, network, chance } = this
    const machine = new VirtualMachine(clock, disk, taleOf)
    const stage = await BootStage.open({ clock, disk, machine, counter: openFileCounter(disk) })
    const stop = new AbortController()
    const end = Promise.allSettled([
      stage.run(),
      runAgent({ world: { clock, disk, network, chance }, boot: stage, signal: stop.signal }),
    ])
    this.running = { stage, stop, end }
  }

  /** Power goes at the next change of the disk; what was not synced is kept as `model` says. Then power comes again. */
  async cutPower(model: Persistence): Promise<void> {
    if (!this.running) return
    const { stage, stop, end } = this.running
    this.disk.cut(0)
    stop.abort()
    stage.stop()
    await this.clock.runUntil(end)
    this.disk = this.disk.restart(model)
    await this.powerUp()
  }

  async powerDown(): Promise<void> {
    if (!this.running) return
    this.running.stop.abort()
    this.running.stage.stop()
    await this.clock.runUntil(this.running.end)
    this.running = undefined
  }

  /** The owner's side of the device: its disk as it is now. */
  get folder(): VirtualDisk {
    return this.disk
  }
}

// The device's own certificate goes with each request, as TLS would carry it.
function networkTo({ house, clock, traffic }: Place, identity: { readonly fingerprint: string }): VirtualNetwork {
  const network = new VirtualNetwork(clock)
  const ask = async (app: VirtualHouse['people'], { method, url, headers, body }: Request, fingerprint: string) => {
    traffic.underWay++
    try {
      const { pathname, search } = new URL(url)
      return answerOf(
        await app.inject({
          method,
          url: pathname + search,
          headers: { ...headers, [FINGERPRINT_HEADER]: fingerprint },
          ...(body && { payload: Buffer.from(body) }),
        }),
      )
    } finally {
      traffic.underWay--
    }
  }
  network.route(PEOPLE_URL, (request) => ask(house.people, request, ''))
  network.route(DEVICE_URL, (request) => ask(house.device, request, identity.fingerprint))
  return network
}

async function fingerprintIn(disk: VirtualDisk): Promise<string> {
  const pem = await disk.read('identity/cert.pem')
  if (!pem) return ''
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
}

type Injected = Awaited<ReturnType<VirtualHouse['people']['inject']>>

function answerOf(reply: Injected): Answer {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(reply.headers)) headers[name] = String(value)
  return { status: reply.statusCode, headers, body: reply.rawPayload }
}
