// An organisation made of real processes on this machine: its folder, its server, its devices, and the operator's commands.

import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReleaseClass, RolloutPreview, RolloutView } from '@sealift/protocol'
import { realNetwork } from '@sealift/world/real'
import { type Env, Program, sealift } from './program.ts'
import { type Connection, Reader } from './reader.ts'

export const PRODUCT = 'thermostat'
export const HARDWARE = 'thermo-1'

/** Longer than the bad image takes to turn ill, and than the watchdog takes to notice that it hangs. */
const SETTLE = '6s'

/** What the server prints when both listeners answer. */
export type Ready = { readonly url: string; readonly deviceUrl: string; readonly signInUrl: string }

export type Device = { readonly id: string; readonly folder: string; readonly program: Program }

export type ReleaseWish = {
  readonly product: string
  readonly hardware: string
  readonly version: string
  readonly image: Uint8Array
  readonly summary: string
  readonly class?: ReleaseClass
}

export class Organisation {
  readonly folder: string
  /** By id. */
  readonly devices = new Map<string, Device>()
  private readonly env: Env
  private server: Program | undefined
  private serverPorts: readonly [people: string, device: string] = ['0', '0']
  private closeNetwork: () => void = () => undefined

  private constructor(folder: string) {
    this.folder = folder
    this.env = {
      SEALIFT_PASSPHRASE: randomBytes(16).toString('hex'),
      NO_COLOR: '1',
      // Many processes read the same sources: compiled once, they start in half the time.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
    }
  }

  /** @param folder  made when it is not there; it must hold no organisation yet */
  static async found(folder: string): Promise<Organisation> {
    const organisation = new Organisation(folder)
    for (const name of ['images', 'logs', 'devices']) await mkdir(join(folder, name), { recursive: true })
    await organisation.sealift('init', '--name', 'Example Thermostats')
    return organisation
  }

  get orgFolder(): string {
    return join(this.folder, 'org')
  }

  /** Starts the server: on ports that the system chooses, and on the same ports ever after. */
  async serve(): Promise<Ready> {
    const [people, device] = this.serverPorts
    const server = new Program(
      'the server',
      ['serve', '--org', this.orgFolder, '--port', people, '--device-port', device, '--poll', '1s', '--json'],
      this.env,
      this.logFile('server'),
    )
    this.server = server
    const ready = (await server.firstJsonLine()) as Ready
    this.serverPorts = [new URL(ready.url).port, new URL(ready.deviceUrl).port]
    return ready
  }

  async openReader(): Promise<Reader> {
    const connection = JSON.parse(
      await readFile(join(this.orgFolder, 'people', 'connection.json'), 'utf8'),
    ) as Connection
    const network = realNetwork({ caPem: connection.serverCaPem })
    this.closeNetwork = () => network.close()
    return new Reader(network, connection)
  }

  /** Run one command of the operator and read what it prints. */
  async sealift(...args: string[]): Promise<unknown> {
    return await sealift([...args, '--org', this.orgFolder, '--json'], this.env)
  }

  async addProduct(product: string, name: string, hardware: string): Promise<void> {
    await this.sealift('product', 'add', product, '--name', name, '--hardware', hardware, ...SUPPORT)
  }

  async sign(wish: ReleaseWish): Promise<void> {
    const { product, hardware, version, image, summary } = wish
    const file = join(this.folder, 'images', `${product}-${version}.img`)
    await writeFile(file, image)
    const of = ['--product', product, '--version', version, '--hardware', hardware]
    const words = ['--summary', summary, '--class', wish.class ?? 'security']
    await this.sealift('release', 'create', '--image', file, ...of, ...words)
    await this.sealift('release', 'sign', product, version)
  }

  async publish(product: string, version: string): Promise<void> {
    await this.sealift('release', 'publish', product, version)
  }

  /** A claim for so many devices; path of its file. */
  async claim(devices: number): Promise<string> {
    const file = join(this.folder, 'claim.json')
    const of = ['--product', PRODUCT, '--hardware', HARDWARE, '--devices', String(devices)]
    await this.sealift('enrol', ...of, '--out', file)
    return file
  }

  /** Enrols a device with the factory image in slot a, and switches it on. */
  async bringDevice(serial: string, claim: string, factoryVersion: string): Promise<Device> {
    const folder = join(this.folder, 'devices', serial)
    const factory = ['--factory-release', `${PRODUCT}/${factoryVersion}`, '--slot-bytes', String(16 * 2 ** 20)]
    const patience = ['--health-limit', '15s', '--watchdog', '3s']
    const of = ['--claim', claim, '--device', folder, '--serial', serial]
    const enrolled = (await this.sealift('agent', 'enrol', ...of, ...factory, ...patience)) as { deviceId: string }
    return this.switchOn(enrolled.deviceId, folder)
  }

  /** Runs the device of this folder. */
  switchOn(id: string, folder: string): Device {
    const device = { id, folder, program: this.runAgent(folder, this.logFile(id)) }
    this.devices.set(id, device)
    return device
  }

  runAgent(folder: string, logFile: string): Program {
    return new Program(
      `the device in ${folder}`,
      ['agent', 'run', '--device', folder, '--settle', SETTLE],
      this.env,
      logFile,
    )
  }

  async plan(
    version: string,
    waves: readonly string[],
    rule: readonly string[],
  ): Promise<RolloutView & { readonly preview: RolloutPreview }> {
    const options = waves.flatMap((wave) => ['--wave', wave])
    const planned = await this.sealift('rollout', 'plan', PRODUCT, version, ...options, ...rule)
    return planned as RolloutView & { readonly preview: RolloutPreview }
  }

  /** Ends the server as a power cut would. */
  async killServer(): Promise<void> {
    await this.server?.kill()
    this.server = undefined
  }

  /** @throws {Error} with the last words of a program that ended by itself */
  requireRunning(): void {
    const programs = [this.server, ...[...this.devices.values()].map(({ program }) => program)]
    const dead = programs.find((program) => program && !program.running)
    if (dead) throw new Error(`${dead.name} ended\n${dead.lastWords}`)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.devices.values()].map(({ program }) => program.stop()))
    await this.server?.stop()
    this.closeNetwork()
  }

  private logFile(name: string): string {
    return join(this.folder, 'logs', `${name}.log`)
  }
}

const SUPPORT = [
  ['--available', '2026-01-01'],
  ['--end-of-sales', '2029-01-01'],
  ['--end-of-security-support', '2032-01-01'],
  ['--end-of-life', '2032-01-01'],
].flat()
