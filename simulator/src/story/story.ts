// The first update, end to end: four releases, a bad one among them, and an attacker.

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DeviceView, RolloutView } from '@sealift/protocol'
import { buildThermostat } from '@sealift/thermostat'
import { attack, type Refusal } from './attacker.ts'
import type { Options } from './options.ts'
import { HARDWARE, Organisation, PRODUCT } from './organisation.ts'
import type { Reader } from './reader.ts'
import { until } from './until.ts'
import type { Stage } from './view.ts'

const FACTORY = '0.1.0'
const LOCK = { product: 'doorlock', hardware: 'lock-1', version: '1.0.0' }
/** Devices of a rollout's first wave. All of them get the bad release; nobody else does. */
const FIRST_WAVE = 3
const WAVES = [`first=${FIRST_WAVE}:1s`, 'rest=100%']
const STOP_RULE = ['--stop-min-devices', String(FIRST_WAVE), '--stop-silent-after', '60s']
/** A chapter takes seconds; this is for a machine that is busy with something else. */
const CHAPTER_MS = 300_000

/** What `npm start -- --once --json` prints. */
export type Result = {
  readonly ok: boolean
  readonly folder: string
  readonly devices: number
  /** How many devices confirmed each version. */
  readonly confirmed: Readonly<Record<string, number>>
  readonly fellBack: number
  readonly rolloutStopped: boolean
  readonly stopReason: RolloutView['stopReason']
  /** Devices that were never offered the bad release. */
  readonly spared: number
  readonly refusedAttacks: number
  readonly attacks: readonly Refusal[]
  readonly journal: { readonly entries: number; readonly head: string }
  readonly seconds: number
  readonly bytesSent: number
}

/** The organisation of the story, still running when the story is told. */
export type Running = {
  readonly consoleUrl: string
  readonly result: Result
  /** The fleet as it is now, for a view that goes on. */
  devices(): Promise<readonly DeviceView[]>
  stop(): Promise<void>
}

/**
 * Tell the whole story. What it started is stopped when it fails, and when `signal` aborts.
 * @throws {NeverHappened} when a chapter does not come to its end
 */
export async function tellStory(options: Options, stage: Stage, signal: AbortSignal): Promise<Running> {
  const startedMs = performance.now()
  const folder = options.folder ? resolve(options.folder) : await mkdtemp(join(tmpdir(), 'sealift-story-'))
  stage.say(`Everything is kept in ${folder}`)
  stage.say('An organisation: keys for each role, certificate authorities, a database, a blob store')
  const organisation = await Organisation.found(folder)
  try {
    const { url, deviceUrl, signInUrl } = await organisation.serve()
    stage.say(`The server listens: people at ${url}, devices at ${deviceUrl} (certificate required)`)
    stage.say(`The console, by a link that signs in once: ${signInUrl}`)
    const reader = await organisation.openReader()
    const teller = new Teller(organisation, reader, options.devices, stage, signal)
    const result = await teller.tell(startedMs)
    return { consoleUrl: url, result, devices: () => reader.devices(), stop: () => organisation.stop() }
  } catch (error) {
    await organisation.stop()
    throw error
  }
}

class Teller {
  private readonly organisation: Organisation
  private readonly reader: Reader
  private readonly devices: number
  private readonly stage: Stage
  private readonly signal: AbortSignal

  constructor(organisation: Organisation, reader: Reader, devices: number, stage: Stage, signal: AbortSignal) {
    this.organisation = organisation
    this.reader = reader
    this.devices = devices
    this.stage = stage
    this.signal = signal
  }

  async tell(startedMs: number): Promise<Result> {
    await this.addProducts()
    await this.bringDevices()
    const confirmed: Record<string, number> = {}
    for (const version of ['1.0.0', '2.0.0']) {
      await this.release(version, `Version ${version.charAt(0)} of the thermostat.`)
      confirmed[version] = await this.rollOutWell(version)
    }
    await this.release('3.0.0', 'A new control loop.', 'fails-health')
    const attacks = await this.beAttacked()
    const bad = await this.rollOutBadly()
    confirmed['3.0.0'] = bad.counts.confirmed
    await this.release('4.0.0', 'Repairs the control loop of 3.0.0.')
    confirmed['4.0.0'] = await this.rollOutWell('4.0.0')
    return await this.sumUp(confirmed, bad, attacks, startedMs)
  }

  private async addProducts(): Promise<void> {
    const { organisation } = this
    await organisation.addProduct(PRODUCT, 'Thermostat', HARDWARE)
    await organisation.addProduct(LOCK.product, 'Door lock', LOCK.hardware)
    const image = buildThermostat({ version: LOCK.version, behaviour: 'good' })
    await organisation.sign({ ...LOCK, image, summary: 'First version of the door lock.' })
    await organisation.publish(LOCK.product, LOCK.version)
  }

  // The factory image is signed like any release; it reaches the devices on the line.
  private async bringDevices(): Promise<void> {
    const { organisation, devices } = this
    await this.sign(FACTORY, 'The image that a thermostat leaves the factory with.')
    const claim = await organisation.claim(devices)
    for (let i = 1; i <= devices && !this.signal.aborted; i++) {
      await organisation.bringDevice(String(i).padStart(2, '0'), claim, FACTORY)
    }
    this.stage.say(`${devices} devices are enrolled, each with a key and a certificate of its own, and run ${FACTORY}`)
  }

  private async release(version: string, summary: string, behaviour: 'good' | 'fails-health' = 'good'): Promise<void> {
    await this.sign(version, summary, behaviour)
    await this.organisation.publish(PRODUCT, version)
    this.stage.say(`Release ${version} is signed by the release and boot keys, and published: ${summary}`)
  }

  private async sign(version: string, summary: string, behaviour: 'good' | 'fails-health' = 'good'): Promise<void> {
    const image = buildThermostat({ version, behaviour })
    await this.organisation.sign({ product: PRODUCT, hardware: HARDWARE, version, image, summary })
  }

  /** How many devices confirmed it. */
  private async rollOutWell(version: string): Promise<number> {
    const { id } = await this.organisation.plan(version, WAVES, STOP_RULE)
    await this.organisation.sealift('rollout', 'start', id)
    const { state, counts } = await this.watch(`the end of the rollout of ${version}`, async () => {
      const seen = await this.reader.rollout(id)
      const done = seen.state === 'finished' && seen.counts.confirmed === this.devices
      return done || seen.state === 'stopped' ? seen : undefined
    })
    this.stage.say(`${version}: ${counts.confirmed} of ${this.devices} devices confirmed it; rollout ${state}`)
    return counts.confirmed
  }

  private async rollOutBadly(): Promise<RolloutView> {
    const { id, preview } = await this.organisation.plan('3.0.0', WAVES, STOP_RULE)
    const [first = ''] = preview.firstWave
    // A batch of sensors on which the new control loop does not fail, but hangs.
    await writeFile(join(this.deviceOf(first).folder, 'sensor'), 'batch-b')
    this.stage.say(`3.0.0 is bad: it starts and then fails its health check; on ${first} it hangs`)
    await this.organisation.sealift('rollout', 'start', id)
    const stopped = await this.watch('the stop by the rule, and every device of the wave back on 2.0.0', async () => {
      const seen = await this.reader.rollout(id)
      const back = (await this.reader.devices()).filter(({ running }) => running?.version === '2.0.0')
      const settled = seen.counts.underWay === 0 && seen.counts.fellBack === seen.counts.offered
      return seen.state === 'stopped' && settled && back.length === this.devices ? seen : undefined
    })
    const { fellBack, offered, devices } = stopped.counts
    this.stage.say(
      `3.0.0: the rollout stopped by its rule; ${fellBack} of ${offered} devices fell back to 2.0.0 by themselves, ` +
        `${devices - offered} were never offered it`,
    )
    return stopped
  }

  // A device is stopped for a moment so that its folder can be copied whole, as a thief would copy its flash.
  private async beAttacked(): Promise<readonly Refusal[]> {
    const victim = this.deviceOf([...this.organisation.devices.keys()].at(-1) ?? '')
    await victim.program.stop()
    this.stage.say('An attacker takes over the network and the server, with every key that lies on it:')
    const refusals = await attack(
      this.organisation,
      victim.folder,
      this.reader,
      { id: victim.id, product: PRODUCT, hardwareId: HARDWARE },
      { newer: '3.0.0', older: '1.0.0', foreign: LOCK },
      buildThermostat({ version: '3.0.0', behaviour: 'fails-health' }),
      (refusal) => this.stage.say(`  ${refusal.attack}: refused with ${refusal.faults.join(', ')}`),
    )
    this.organisation.switchOn(victim.id, victim.folder)
    return refusals
  }

  private async sumUp(
    confirmed: Readonly<Record<string, number>>,
    bad: RolloutView,
    attacks: readonly Refusal[],
    startedMs: number,
  ): Promise<Result> {
    const { devices, organisation } = this
    const journal = (await organisation.sealift('journal', 'verify')) as { entries: number; head: string }
    const good = ['1.0.0', '2.0.0', '4.0.0'].every((version) => confirmed[version] === devices)
    const { fellBack, offered } = bad.counts
    const stopped = bad.state === 'stopped'
    return {
      ok: good && confirmed['3.0.0'] === 0 && stopped && fellBack === offered && fellBack > 0 && attacks.length === 5,
      folder: organisation.folder,
      devices,
      confirmed,
      fellBack,
      rolloutStopped: stopped,
      stopReason: bad.stopReason,
      spared: devices - offered,
      refusedAttacks: attacks.length,
      attacks,
      journal: { entries: journal.entries, head: journal.head },
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
      bytesSent: await this.reader.bytesSent(),
    }
  }

  // Looks at the fleet while it waits, and notices when a program has died.
  private async watch<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    return await until(what, CHAPTER_MS, async () => {
      if (this.signal.aborted) throw new Error('stopped')
      this.organisation.requireRunning()
      this.stage.show(await this.reader.devices())
      return await look()
    })
  }

  private deviceOf(id: string) {
    const device = this.organisation.devices.get(id)
    if (!device) throw new Error(`there is no device ${id}`)
    return device
  }
}
