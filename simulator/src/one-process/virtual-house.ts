// The real maker and the real server in one process: a clock, a disk and a chance of our own, and no sockets.

import { foundingOf } from '@sealift/cli'
import {
  addProduct,
  bootManifestOf,
  createOrganisation,
  createRelease,
  type Passphrase,
  type PublishApi,
  passphraseOf,
  publishRelease,
  signRelease,
} from '@sealift/maker'
import {
  type BlobStored,
  type Claim,
  type DeviceView,
  JournalEntry,
  PEOPLE_ROUTES,
  type Product,
  type Published,
  parseJson,
  pathOf,
  type ReleaseClass,
  type RolloutPlan,
  type RolloutView,
} from '@sealift/protocol'
import {
  buildDeviceApp,
  buildPeopleApp,
  DEFAULT_SETTINGS,
  foundServer,
  type House,
  makeHouse,
  newLog,
  onlineKeysOf,
  openStore,
  renewMetadata,
  startTicks,
} from '@sealift/server'
import type { Chance } from '@sealift/world'
import { type VirtualClock, VirtualDisk } from '@sealift/world/virtual'

type App = Awaited<ReturnType<typeof buildPeopleApp>>

/** How a device shows its certificate where there is no TLS. */
export const FINGERPRINT_HEADER = 'x-fingerprint'

export const PEOPLE_URL = 'https://people.test'
export const DEVICE_URL = 'https://device.test'

const PRODUCT: Product = {
  id: 'thermostat',
  name: 'Thermostat',
  hardwareIds: ['thermo-1'],
  support: {
    general_availability: '2026-01-01T00:00:00Z',
    end_of_sales: '2029-01-01T00:00:00Z',
    end_of_security_support: '2032-01-01T00:00:00Z',
    end_of_life: '2032-01-01T00:00:00Z',
    last_updated: '2026-01-01T00:00:00Z',
  },
}

export class VirtualHouse {
  readonly people: App
  readonly device: App
  /** Lines of the server's log. */
  readonly logged: readonly string[]
  private readonly house: House
  private readonly makerDisk: VirtualDisk
  private readonly token: string
  private readonly passphrase: Passphrase
  private readonly ticks: ReturnType<typeof startTicks>

  private constructor(parts: {
    house: House
    people: App
    device: App
    makerDisk: VirtualDisk
    logged: readonly string[]
    token: string
    passphrase: Passphrase
  }) {
    this.house = parts.house
    this.people = parts.people
    this.device = parts.device
    this.makerDisk = parts.makerDisk
    this.logged = parts.logged
    this.token = parts.token
    this.passphrase = parts.passphrase
    this.ticks = startTicks(parts.house)
  }

  /** An organisation with one product, and a server that listens to `inject`. */
  static async found(clock: VirtualClock, chance: Chance): Promise<VirtualHouse> {
    const makerDisk = new VirtualDisk()
    const disk = new VirtualDisk()
    const passphrase = passphraseOf('correct horse battery staple')
    const store = await openStore(':memory:')
    const logged: string[] = []
    const part = await createOrganisation({
      disk: makerDisk,
      clock,
      chance,
      passphrase,
      name: 'Trial',
      hosts: ['people.test'],
    })
    const founding = foundingOf(part, { host: 'people.test', peoplePort: 443, devicePort: 443 }, POLL_MS)
    const { adminToken } = await foundServer({ disk, clock, chance }, store, founding)
    const house = makeHouse({
      store,
      clock,
      chance,
      disk,
      keys: onlineKeysOf(founding.onlineKeys, founding.deviceCa),
      settings: {
        ...DEFAULT_SETTINGS,
        pollMs: POLL_MS,
        peopleUrl: PEOPLE_URL,
        deviceUrl: DEVICE_URL,
        serverCaPem: founding.serverCaPem,
        bootKeysPem: founding.bootKeysPem,
      },
      log: newLog(clock, { write: (line) => void logged.push(line) }),
    })
    await renewMetadata(house)
    const virtual = new VirtualHouse({
      house,
      people: await buildPeopleApp(house),
      device: await buildDeviceApp(house, { fingerprintOf: ({ headers }) => headers[FINGERPRINT_HEADER] as string }),
      makerDisk,
      logged,
      token: adminToken,
      passphrase,
    })
    await addProduct({ disk: makerDisk, clock, chance, passphrase, product: PRODUCT })
    await virtual.ask('POST', PEOPLE_ROUTES.products, PRODUCT)
    return virtual
  }

  async close(): Promise<void> {
    await this.ticks.stop()
    this.house.live.close()
    await this.people.close()
    await this.device.close()
    await this.house.store.destroy()
  }

  /** A release that is signed, and not yet published; its boot manifest. */
  async sign(version: string, image: Uint8Array, releaseClass: ReleaseClass = 'security'): Promise<string> {
    const { clock } = this.house
    const product = PRODUCT.id
    const notes = { summary: `Version ${version}.`, risk: '', removes: '' }
    await createRelease({
      disk: this.makerDisk,
      clock,
      source: { lengthBytes: image.byteLength, readAt: async (at, length) => image.subarray(at, at + length) },
      wish: { product, version, class: releaseClass, notes },
    })
    await signRelease({ disk: this.makerDisk, clock, passphrase: this.passphrase, product, version })
    return await bootManifestOf(this.makerDisk, product, version)
  }

  async publish(version: string): Promise<void> {
    await publishRelease({ disk: this.makerDisk, api: this.publishApi(), product: PRODUCT.id, version })
  }

  async claim(devices: number): Promise<Claim> {
    return (await this.ask('POST', PEOPLE_ROUTES.claims, {
      product: PRODUCT.id,
      hardwareId: 'thermo-1',
      devices,
    })) as Claim
  }

  async rollOut(version: string, plan: Partial<RolloutPlan> = {}): Promise<RolloutView> {
    const planned = await this.ask('POST', PEOPLE_ROUTES.rollouts, { product: PRODUCT.id, version, ...plan })
    const { id } = planned as RolloutView
    await this.act(id, 'start')
    return planned as RolloutView
  }

  async act(rollout: string, action: string): Promise<void> {
    await this.ask('POST', pathOf(PEOPLE_ROUTES.rolloutAction, { rollout, action }))
  }

  async rollout(id: string): Promise<RolloutView> {
    return (await this.ask('GET', pathOf(PEOPLE_ROUTES.rollout, { rollout: id }))) as RolloutView
  }

  async devices(): Promise<readonly DeviceView[]> {
    return ((await this.ask('GET', `${PEOPLE_ROUTES.devices}?limit=100`)) as { devices: DeviceView[] }).devices
  }

  async journal(): Promise<readonly JournalEntry[]> {
    const reply = await this.people.inject({ url: PEOPLE_ROUTES.journalExport, headers: this.authorised() })
    return reply.body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseJson(JournalEntry, Buffer.from(line), { lengthBytesMax: 65_536 }, 'audit.chain'))
  }

  private authorised(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }

  private async ask(method: 'GET' | 'POST', url: string, payload?: object): Promise<unknown> {
    const reply = await this.people.inject({ method, url, headers: this.authorised(), ...(payload && { payload }) })
    if (reply.statusCode >= 300) throw new Error(`${method} ${url} answered ${reply.statusCode}: ${reply.body}`)
    return reply.body === '' ? undefined : reply.json()
  }

  private publishApi(): PublishApi {
    return {
      putBlob: async (sha256, _lengthBytes, chunks) => {
        const reply = await this.people.inject({
          method: 'PUT',
          url: pathOf(PEOPLE_ROUTES.blob, { sha256 }),
          headers: { ...this.authorised(), 'content-type': 'application/octet-stream' },
          payload: await joined(chunks),
        })
        return reply.json<BlobStored>()
      },
      publish: async (publication) => (await this.ask('POST', PEOPLE_ROUTES.publications, publication)) as Published,
      current: async (file) => {
        const reply = await this.people.inject({ url: PEOPLE_ROUTES.repository.replace(':file', file) })
        return reply.statusCode === 404 ? undefined : reply.body
      },
    }
  }
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const POLL_MS = 10_000
