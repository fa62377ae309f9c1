// A whole server in memory, for tests: real SQLite, real routes, a clock, a chance and a disk of our own, and no sockets.

import { type KeyObject, X509Certificate } from 'node:crypto'
import type { Claim, Enrolled, Publication, RolloutView } from '@sealift/protocol'
import { seededChance, VirtualClock, VirtualDisk } from '@sealift/world/virtual'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { foundServer, onlineKeysOf } from '../folder.ts'
import { type House, makeHouse } from '../house.ts'
import { fingerprintOf } from '../identity/device-certificate.ts'
import { buildDeviceApp } from '../listeners/device-app.ts'
import { buildPeopleApp } from '../listeners/people-app.ts'
import { newLog } from '../log.ts'
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts'
import { openStore } from '../store/store.ts'
import { newDeviceRequest } from './trial-certificates.ts'
import { TrialMaker, type TrialRelease } from './trial-maker.ts'

export const NOW_MS = Date.UTC(2026, 10, 20)

/** How a trial device shows its certificate: there is no TLS under `inject`. */
export const FINGERPRINT_HEADER = 'x-trial-fingerprint'

export type TrialOptions = { readonly settings?: Partial<Settings>; readonly disk?: VirtualDisk }

export class TrialHouse {
  readonly house: House
  readonly clock: VirtualClock
  readonly disk: VirtualDisk
  readonly maker: TrialMaker
  readonly people: FastifyInstance
  readonly device: FastifyInstance
  readonly token: string
  /** Lines of the log. */
  readonly logged: string[]

  private constructor(
    parts: Pick<TrialHouse, 'house' | 'clock' | 'disk' | 'maker' | 'people' | 'device' | 'token' | 'logged'>,
  ) {
    this.house = parts.house
    this.clock = parts.clock
    this.disk = parts.disk
    this.maker = parts.maker
    this.people = parts.people
    this.device = parts.device
    this.token = parts.token
    this.logged = parts.logged
  }

  static async open({ settings = {}, disk = new VirtualDisk() }: TrialOptions = {}): Promise<TrialHouse> {
    const clock = new VirtualClock(NOW_MS)
    const chance = seededChance(1)
    const store = await openStore(':memory:')
    const maker = new TrialMaker(NOW_MS)
    const founding = await maker.founding()
    const { adminToken } = await foundServer({ disk, clock, chance }, store, founding)
    const logged: string[] = []
    const house = makeHouse({
      store,
      clock,
      chance,
      disk,
      keys: onlineKeysOf(founding.onlineKeys, founding.deviceCa),
      settings: {
        ...DEFAULT_SETTINGS,
        pollMs: 1_000,
        peopleUrl: 'https://people.test',
        deviceUrl: 'https://device.test',
        serverCaPem: founding.serverCaPem,
        bootKeysPem: founding.bootKeysPem,
        ...settings,
      },
      log: newLog(clock, { write: (line) => logged.push(line) }),
    })
    const device = await buildDeviceApp(house, {
      fingerprintOf: ({ headers }) => headers[FINGERPRINT_HEADER] as string,
    })
    return new TrialHouse({
      house,
      clock,
      disk,
      maker,
      people: await buildPeopleApp(house, { deviceApp: device }),
      device,
      token: adminToken,
      logged,
    })
  }

  async close(): Promise<void> {
    this.house.live.close()
    await this.people.close()
    await this.device.close()
    await this.house.store.destroy()
  }

  /** As the command line: with the administrator's token. */
  ask(options: InjectOptions): Promise<LightMyRequestResponse> {
    return this.people.inject({
      ...options,
      headers: { authorization: `Bearer ${this.token}`, ...options.headers },
    })
  }

  publish(publication: Publication): Promise<LightMyRequestResponse> {
    return this.ask({ method: 'POST', url: '/api/v1/publications', payload: publication })
  }

  upload({ image, sha256 }: Pick<TrialRelease, 'image' | 'sha256'>): Promise<LightMyRequestResponse> {
    return this.ask({
      method: 'PUT',
      url: `/api/v1/blobs/${sha256}`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: image,
    })
  }

  /** A product with its role, known to the server. */
  async addProduct(product: string): Promise<void> {
    const added = await this.ask({
      method: 'POST',
      url: '/api/v1/products',
      payload: {
        id: product,
        name: product,
        hardwareIds: [`${product}-1`, `${product}-2`],
        support: {
          general_availability: '2026-01-01T00:00:00Z',
          end_of_sales: 'tba',
          end_of_security_support: 'tba',
          end_of_life: 'tba',
          last_updated: '2026-01-01T00:00:00Z',
        },
      },
    })
    requireOk(added)
    requireOk(await this.publish(await this.maker.addProduct(product)))
  }

  /** A release, uploaded and published. */
  async release(product: string, version: string): Promise<TrialRelease> {
    const { publication, ...trial } = await this.maker.release(product, version)
    requireOk(await this.upload(trial))
    requireOk(await this.publish(publication))
    return trial
  }

  async claim(product: string, devices = 1): Promise<Claim> {
    const payload = { product, hardwareId: `${product}-1`, devices }
    const made = await this.ask({ method: 'POST', url: '/api/v1/claims', payload })
    requireOk(made)
    return made.json()
  }

  /** A device with a name and a certificate. */
  async enrol(product: string): Promise<TrialDevice> {
    const { token } = await this.claim(product)
    const { key, csrPem } = await newDeviceRequest()
    const enrolled = await this.people.inject({ method: 'POST', url: '/enrol/v1/claim', payload: { token, csrPem } })
    requireOk(enrolled)
    const { deviceId, certificatePem } = enrolled.json<Enrolled>()
    const fingerprint = fingerprintOf(new X509Certificate(certificatePem).raw)
    return { id: deviceId, key, certificatePem, fingerprint }
  }

  /** The release reaches the device: a rollout to all has begun, and the device runs something older. */
  async assign(device: Pick<TrialDevice, 'id'>, { release }: Pick<TrialRelease, 'release'>): Promise<string> {
    await this.house.store
      .updateTable('device_state')
      .set({ running_version: '0.1.0', running_sha256: '0'.repeat(64), running_security_counter: 0 })
      .where('device_id', '=', device.id)
      .execute()
    const { product, version } = release
    const waves = [{ name: 'all', size: { percent: 100 }, holdMs: 0 }]
    const planned = await this.ask({ method: 'POST', url: '/api/v1/rollouts', payload: { product, version, waves } })
    requireOk(planned)
    const { id } = planned.json<RolloutView>()
    requireOk(await this.ask({ method: 'POST', url: `/api/v1/rollouts/${id}/start` }))
    return id
  }

  /** As a device, with its certificate. */
  as(device: Pick<TrialDevice, 'fingerprint'>, options: InjectOptions): Promise<LightMyRequestResponse> {
    return this.device.inject({ ...options, headers: { [FINGERPRINT_HEADER]: device.fingerprint, ...options.headers } })
  }
}

export type TrialDevice = {
  readonly id: string
  readonly key: KeyObject
  readonly certificatePem: string
  readonly fingerprint: string
}

function requireOk(response: LightMyRequestResponse): void {
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}: ${response.body}`)
}
