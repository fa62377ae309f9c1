// Every command by name; its code is read only when it is asked for.

import type { Command, Verbs } from './command.ts'

export type Noun = {
  readonly summary: string
  load(): Promise<Command | Verbs>
}

export const NOUNS: Readonly<Record<string, Noun>> = {
  init: {
    summary: 'make an organisation: keys, server folder, connection',
    load: async () => (await import('./commands/init.ts')).init,
  },
  serve: {
    summary: 'run the server for devices and people',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  product: {
    summary: 'product lines, their hardware and their support dates',
    load: async () => (await import('./commands/product.ts')).product,
  },
  release: {
    summary: 'make, sign and publish versions of firmware',
    load: async () => (await import('./commands/release.ts')).release,
  },
  enrol: {
    summary: 'make a claim that brings devices into the fleet',
    load: async () => (await import('./commands/enrol.ts')).enrol,
  },
  device: {
    summary: 'the devices of the fleet, and why each runs what it runs',
    load: async () => (await import('./commands/device.ts')).device,
  },
  rollout: {
    summary: 'bring a release to the fleet, wave by wave',
    load: async () => (await import('./commands/rollout.ts')).rollout,
  },
  agent: {
    summary: 'be a device: enrol it, run it, ask its owner',
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  verify: {
    summary: 'check a firmware file against the signed metadata, offline',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  journal: {
    summary: 'who did what, chained so that a change shows',
    load: async () => (await import('./commands/journal.ts')).journal,
  },
  doctor: {
    summary: 'look for what is wrong or soon will be',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
}
