// The first update, end to end: four releases, a bad one among them, and an attacker.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DeviceView, RolloutView } from '@sealift/protocol'
import { buildThermostat } from '@sealift/thermostat'
import { realNetwork } from '@sealift/world/real'
import { attack, type Refusal } from './attacker.ts'
import type { Options } from './options.ts'
import { type Env, Program, sealift } from './program.ts'
import { type Connection, Reader } from './reader.ts'
import { until } from './until.ts'
import type { Stage } from './view.ts'

const PRODUCT = 'thermostat'
const HARDWARE = 'thermo-1'
const FACTORY = '0.1.0'
/** Longer than the bad image takes to turn ill, and than the watchdog takes to notice that it hangs. */
const SETTLE = '6s'
/** Devices of a rollout's first wave. All of them get the bad release; nobody else does. */
const FIRST_WAVE = 3
/** A chapter takes seconds; this is for a machine that is busy with something else. */
const CHAPTER_MS = 300_000

/** What `npm start -- --once --json` prints. */
export type Result = {
  readonly ok: boolean
  readonly folder: string
  readonly devices: number
  /** How many devices run each version, confirmed, at the end of its rollout. */
  readonly confirmed: Readonly<Record<string, number>>
  readonly fellBack: number
  readonly rolloutStopped: boolean
  readonly stopReason: RolloutView['stopReason']
  /** Devices that the stopped rollout never offered the bad release. */
  readonly spared: number
  readonly refusedAttacks: number
  readonly attacks: readonly Refusal[]
  readonly journal: { readonly entries: number; readonly head: string }
  readonly seconds: number
  readonly bytesSent: number
}

/** The organisation of the story while it runs. */
export type Running = {
  readonly consoleUrl: string
  readonly signInUrl: string
  readonly result: Result
  /** The fleet as it is now, for a view that goes on. */
  devices(): Promise<readonly DeviceView[]>
  stop(): Promise<void>
}

/** Tell the whole story. What it started is stopped when it fails. */
export async function tellStory(options: Options, stage: Stage): Promise<Running> {
  const teller = new Teller(options, stage)
  try {
    return await teller.tell()
  } catch (error) {
    await teller.stop()
    throw error
  }
}

type Ready = { url: string; deviceUrl: string; signInUrl: string }

class Teller {
  private readonly startedMs = performance.now()
  private readonly programs: Program[] = []
  private readonly agents = new Map<string, { folder: string; program: Program }>()
  private readonly options: Options
  private readonly stage: Stage
  private env: Env = { SEALIFT_PASSPHRASE: randomBytes(16).toString('hex'), NO_COLOR: '1' }
  private folder = ''
  private closeNetwork: () => void = () => undefined

  constructor(options: Options, stage: Stage) {
    this.options = options
    this.stage = stage
  }

  async tell(): Promise<Running> {
    const ready = await this.foundOrganisation()
    const reader = await this.openReader()
    await this.addProducts()
    await this.bringDevices()
    const confirmed: Record<string, number> = {}
    for (const version of ['1.0.0', '2.0.0']) {
      await this.release(version, `Version ${version.charAt(0)} of the thermostat.`)
      confirmed[version] = await this.rollOutWell(reader, version)
    }
    await this.release('3.0.0', 'A new control loop.', 'fails-health')
    const attacks = await this.beAttacked(reader)
    const bad = await this.rollOutBadly(reader)
    confirmed['3.0.0'] = bad.counts.confirmed
    await this.release('4.0.0', 'Repairs the control loop of 3.0.0.')
    confirmed['4.0.0'] = await this.rollOutWell(reader, '4.0.0')
    const result = await this.sumUp(reader, confirmed, bad, attacks)
    return {
      consoleUrl: ready.url,
      signInUrl: ready.signInUrl,
      result,
      devices: () => reader.devices(),
      stop: () => this.stop(),
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.agents.values()].map(({ program }) => program.stop()))
    await Promise.all(this.programs.map((program) => program.stop()))
    this.closeNetwork()
  }

  private async foundOrganisation(): Promise<Ready> {
    this.folder = this.options.folder ? resolve(this.options.folder) : await mkdtemp(join(tmpdir(), 'sealift-story-'))
    await mkdir(join(this.folder, 'images'), { recursive: true })
    await mkdir(join(this.folder, 'logs'), { recursive: true })
    // Some sixty processes read the same sources: compiled once, they start in half the time.
    this.env = { ...this.env, NODE_COMPILE_CACHE: join(this.folder, 'compiled') }
    this.stage.say(`Everything is kept in ${this.folder}`)
    this.stage.say('An organisation: keys for each role, a certificate authority, a database, a blob store')
    await this.sealift('init', '--name', 'Example Thermostats')
    const server = new Program(
      'the server',
      ['serve', '--org', this.org, '--port', '0', '--device-port', '0', '--poll', '1s', '--json'],
      this.env,
      this.logFile('server'),
    )
    this.programs.push(server)
    const ready = (await server.firstJsonLine()) as Ready
    this.stage.say(`The server listens: people at ${ready.url}, devices at ${ready.deviceUrl} (certificate required)`)
    this.stage.say(`Console, signed in once by this link: ${ready.signInUrl}`)
    return ready
  }

  private async openReader(): Promise<Reader> {
    const connection = (await import(`file://${join(this.org, 'people', 'connection.json')}`, {
      with: { type: 'json' },
    })) as { default: Connection }
    const network = realNetwork({ caPem: connection.default.serverCaPem })
    this.closeNetwork = () => network.close()
    return new Reader(network, connection.default)
  }

  private async addProducts(): Promise<void> {
    await this.sealift('product', 'add', PRODUCT, '--name', 'Thermostat', '--hardware', HARDWARE, ...SUPPORT)
    await this.sealift('product', 'add', 'doorlock', '--name', 'Door lock', '--hardware', 'lock-1', ...SUPPORT)
    const lock = await this.image('doorlock-1.0.0', buildThermostat({ version: '1.0.0', behaviour: 'good' }))
    await this.makeRelease('doorlock', 'lock-1', '1.0.0', lock, 'First version of the door lock.')
    await this.sealift('release', 'publish', 'doorlock', '1.0.0')
  }

  // The factory image is signed like any release, and never published: it reaches devices on the line.
  private async bringDevices(): Promise<void> {
    const { devices } = this.options
    const factory = await this.image(FACTORY, buildThermostat({ version: FACTORY, behaviour: 'good' }))
    await this.makeRelease(PRODUCT, HARDWARE, FACTORY, factory, 'Factory image.')
    const claim = join(this.folder, 'claim.json')
    await this.sealift('enrol', '--product', PRODUCT, '--hardware', HARDWARE, '--devices', String(devices), '--out', claim)
    for (let i = 1; i <= devices; i++) await this.bringDevice(String(i).padStart(2, '0'), claim)
    this.stage.say(`${devices} devices are enrolled, each with a key and a certificate of its own, and run ${FACTORY}`)
  }

  private async bringDevice(serial: string, claim: string): Promise<void> {
    const folder = join(this.folder, 'devices', serial)
    const enrolled = (await this.sealift(
      'agent',
      'enrol',
      '--claim',
      claim,
      '--device',
      folder,
      '--serial',
      serial,
      '--factory-release',
      `${PRODUCT}/${FACTORY}`,
      '--slot-bytes',
      String(16 * 2 ** 20),
      '--health-limit',
      '15s',
      '--watchdog',
      '3s',
    )) as { deviceId: string }
    this.agents.set(enrolled.deviceId, { folder, program: this.runAgent(serial, folder) })
  }

  private runAgent(serial: string, folder: string): Program {
    return new Program(`device ${serial}`, ['agent', 'run', '--device', folder, '--settle', SETTLE], this.env, this.logFile(serial))
  }

  private async release(version: string, summary: string, behaviour: 'good' | 'fails-health' = 'good'): Promise<void> {
    const file = await this.image(version, buildThermostat({ version, behaviour }))
    await this.makeRelease(PRODUCT, HARDWARE, version, file, summary)
    await this.sealift('release', 'publish', PRODUCT, version)
    this.stage.say(`Release ${version} is signed by the release and boot keys, and published: ${summary}`)
  }

  private async makeRelease(product: string, hardware: string, version: string, file: string, summary: string) {
    const words = ['--summary', summary, '--risk', 'none known', '--class', 'security']
    const of = ['--product', product, '--version', version, '--hardware', hardware]
    await this.sealift('release', 'create', '--image', file, ...of, ...words)
    await this.sealift('release', 'sign', product, version)
  }

  private async rollOutWell(reader: Reader, version: string): Promise<number> {
    const rollout = await this.plan(version)
    await this.sealift('rollout', 'start', rollout.id)
    const done = await this.watch(reader, `the rollout of ${version}`, async () => {
      const { state } = await reader.rollout(rollout.id)
      return state === 'finished' || state === 'stopped' ? reader.rollout(rollout.id) : undefined
    })
    const confirmed = await this.watch(reader, `every device on ${version}`, async () => {
      const running = (await reader.devices()).filter((device) => device.running?.version === version)
      return done.state === 'stopped' || running.length === this.options.devices ? running.length : undefined
    })
    this.stage.say(`${version}: ${confirmed} of ${this.options.devices} devices confirmed it; rollout ${done.state}`)
    return confirmed
  }

  private async rollOutBadly(reader: Reader): Promise<RolloutView> {
    const rollout = await this.plan('3.0.0')
    const [first] = rollout.preview.firstWave
    // A batch of sensors on which the new control loop does not fail, but hangs.
    const hangs = this.agents.get(first ?? '')
    if (!hangs) throw new Error('the first wave is empty')
    await writeFile(join(hangs.folder, 'sensor'), 'batch-b')
    this.stage.say(`3.0.0 is bad: it starts and then fails its health check; on ${first} it hangs`)
    await this.sealift('rollout', 'start', rollout.id)
    const stopped = await this.watch(reader, 'the stop rule', async () => {
      const seen = await reader.rollout(rollout.id)
      const settled = seen.counts.fellBack === FIRST_WAVE && seen.counts.underWay === 0
      return seen.state === 'stopped' && settled ? seen : undefined
    })
    await this.watch(reader, 'every device back on 2.0.0', async () => {
      const back = (await reader.devices()).filter((device) => device.running?.version === '2.0.0')
      return back.length === this.options.devices || undefined
    })
    const { fellBack, offered, devices } = stopped.counts
    this.stage.say(
      `3.0.0: the rollout stopped by its rule; ${fellBack} of ${offered} devices fell back to 2.0.0 by themselves, ` +
        `${devices - offered} were never offered it`,
    )
    return stopped
  }

  private async plan(version: string): Promise<RolloutView & { preview: { firstWave: readonly string[] } }> {
    const waves = [`first=${FIRST_WAVE}:1s`, 'rest=100%'].flatMap((wave) => ['--wave', wave])
    const rule = ['--stop-min-devices', String(FIRST_WAVE), '--stop-silent-after', '60s']
    const planned = await this.sealift('rollout', 'plan', PRODUCT, version, ...waves, ...rule)
    return planned as RolloutView & { preview: { firstWave: readonly string[] } }
  }

  // A device is stopped for a moment so that its folder can be copied whole, as a thief would copy its flash.
  private async beAttacked(reader: Reader): Promise<readonly Refusal[]> {
    const [id, victim] = [...this.agents].at(-1) ?? []
    if (!id || !victim) throw new Error('no device to attack')
    await victim.program.stop()
    this.stage.say('An attacker takes over the network and the server, with every key that lies on it:')
    const refusals = await attack(
      this.org,
      victim.folder,
      reader,
      { id, product: PRODUCT, hardwareId: HARDWARE, version: '2.0.0' },
      { newer: '3.0.0', older: '1.0.0', foreign: { product: 'doorlock', version: '1.0.0' } },
      buildThermostat({ version: '3.0.0', behaviour: 'fails-health' }),
      this.env,
      (refusal) => this.stage.say(`  ${refusal.attack}: refused with ${refusal.faults.join(', ')}`),
    )
    this.agents.set(id, { folder: victim.folder, program: this.runAgent(id, victim.folder) })
    return refusals
  }

  private async sumUp(
    reader: Reader,
    confirmed: Readonly<Record<string, number>>,
    bad: RolloutView,
    attacks: readonly Refusal[],
  ): Promise<Result> {
    const { devices } = this.options
    const journal = (await this.sealift('journal', 'verify')) as { entries: number; head: string }
    const good = ['1.0.0', '2.0.0', '4.0.0'].every((version) => confirmed[version] === devices)
    const { fellBack, offered } = bad.counts
    const stopped = bad.state === 'stopped'
    return {
      ok: good && confirmed['3.0.0'] === 0 && stopped && fellBack === offered && fellBack > 0 && attacks.length === 5,
      folder: this.folder,
      devices,
      confirmed,
      fellBack,
      rolloutStopped: stopped,
      stopReason: bad.stopReason,
      spared: devices - offered,
      refusedAttacks: attacks.length,
      attacks,
      journal: { entries: journal.entries, head: journal.head },
      seconds: Math.round((performance.now() - this.startedMs) / 100) / 10,
      bytesSent: await reader.bytesSent(),
    }
  }

  // Looks at the fleet while it waits, and notices when a program has died.
  private async watch<T>(
    reader: Reader,
    what: string,
    look: () => Promise<T | undefined>,
  ): Promise<T> {
    return until(what, CHAPTER_MS, async () => {
      const dead = [...this.programs, ...[...this.agents.values()].map(({ program }) => program)].find(
        (program) => !program.running,
      )
      if (dead) throw new Error(`${dead.name} ended\n${dead.lastWords}`)
      this.stage.show(await reader.devices())
      return look()
    })
  }

  private logFile(name: string): string {
    return join(this.folder, 'logs', `${name}.log`)
  }

  private get org(): string {
    return join(this.folder, 'org')
  }

  private async sealift(...args: string[]): Promise<unknown> {
    return sealift([...args, '--org', this.org, '--json'], this.env)
  }

  private async image(name: string, bytes: Uint8Array): Promise<string> {
    const file = join(this.folder, 'images', `${name}.img`)
    await writeFile(file, bytes)
    return file
  }
}

const SUPPORT = [
  '--available',
  '2026-01-01',
  '--end-of-sales',
  '2029-01-01',
  '--end-of-security-support',
  '2032-01-01',
  '--end-of-life',
  '2032-01-01',
]
