// A device, its server and a clock, put together for one test.

import type { Release } from '@sealift/protocol'
import { type Network, replaceFile } from '@sealift/world'
import { type Persistence, VirtualClock, VirtualDisk, VirtualNetwork } from '@sealift/world/virtual'
import type { Habits } from '../src/agent.ts'
import { type DeviceFile, readDeviceFile } from '../src/device-file.ts'
import { FILES } from '../src/folder.ts'
import type { Log } from '../src/log.ts'
import { DEVICE_ID, devicePrivateKey, imageOf, type LineOptions, layDevice, powerOn } from './device.ts'
import { type Published, Publisher } from './publisher.ts'
import { ORIGIN, Server } from './server.ts'

const NOW_MS = Date.UTC(2026, 10, 20)
const HOUR_MS = 3_600_000

/** How large the disk is, as large as anyone likes when not given. */
export type StoryOptions = LineOptions & { readonly lengthBytesMax?: number }

export class Story {
  readonly clock = new VirtualClock(NOW_MS)
  readonly network = new VirtualNetwork(this.clock)
  readonly publisher: Publisher
  readonly server: Server
  /** Addresses that were asked for at all. */
  readonly requests: string[] = []
  disk: VirtualDisk
  habits: Partial<Habits> = { settleMs: 1_000 }
  log: Log | undefined

  private constructor(publisher: Publisher, server: Server, disk: VirtualDisk) {
    this.publisher = publisher
    this.server = server
    this.disk = disk
    this.network.route(ORIGIN, server.host)
    this.network.route('http://updates.test', server.host)
  }

  /** Version 1.0.0 runs, and the director has nothing to say. */
  static async begin(line: StoryOptions = {}): Promise<Story> {
    const publisher = await Publisher.make(NOW_MS, DEVICE_ID)
    await publisher.publishImages()
    await publisher.assign(undefined, { whyNot: 'wave_not_reached' })
    return await Story.of(publisher, line)
  }

  /** Another device of the same publisher, who has signed already. */
  static async of(publisher: Publisher, line: StoryOptions = {}): Promise<Story> {
    const { lengthBytesMax } = line
    const disk = new VirtualDisk(lengthBytesMax === undefined ? {} : { lengthBytesMax })
    await layDevice(disk, publisher, imageOf('well', 2048, 'v1'), line)
    return new Story(publisher, new Server(publisher, devicePrivateKey), disk)
  }

  /** Signs a release, stores its image and assigns it. */
  async offer(version: string, image: Uint8Array, fields: Partial<Release> = {}, attempt = 0): Promise<Published> {
    const published = await this.publisher.release(version, image, fields)
    this.server.store(published.path, published.target.hashes['sha256'] ?? '', image)
    await this.publisher.assign(published, { attempt })
    return published
  }

  /** Leads the device elsewhere, as a changed `device.json` would. */
  async setAddress(deviceUrl: string): Promise<void> {
    const device = (await readDeviceFile(this.disk)) as DeviceFile
    await replaceFile(this.disk, FILES.device, Buffer.from(JSON.stringify({ ...device, deviceUrl })))
  }

  /** Powers the device until `done`, or until its disk loses power; the error that ended it, if one did. */
  async live(done: () => boolean | Promise<boolean>, withinMs = HOUR_MS, lookMs = 500): Promise<void> {
    const off = new AbortController()
    const { clock, disk, habits } = this
    const network: Network = {
      request: (request) => {
        this.requests.push(request.url)
        return this.network.request(request)
      },
    }
    const life = powerOn({ clock, disk, network, habits, ...(this.log && { log: this.log }) }, off.signal)
    const watch = async () => {
      while (!off.signal.aborted) {
        if (await done()) return off.abort()
        await clock.sleep(lookMs, off.signal)
      }
    }
    const end = life.finally(() => off.abort())
    await clock.runUntil(Promise.all([end, watch()]), withinMs)
  }

  /** What is found after a power cut. */
  restart(model: Persistence): void {
    this.disk = this.disk.restart(model)
  }

  /** True once the server has heard of such an event. */
  heard(event: string): boolean {
    return this.server.events().includes(event)
  }

  async text(name: string): Promise<string | undefined> {
    const bytes = await this.disk.read(name)
    return bytes && Buffer.from(bytes).toString('utf8')
  }
}

export { imageOf }
