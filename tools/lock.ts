// What the lock file leaves out: packages for platforms that the registry it was made from does not carry.

import { read } from './sources.ts'

type Locked = {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
export type Lock = { readonly packages: Readonly<Record<string, Locked>> }

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']

export function readLock(): Lock {
  return JSON.parse(read('package-lock.json') ?? '') as Lock
}

/**
 * Entries that `npm ci` asks for and does not find. Their version is exact where they are asked for, and their platform is
 * in their name; their digest only a registry that carries them can tell.
 */
export function missingFrom({ packages }: Lock): Readonly<Record<string, object>> {
  const wanted = Object.entries(packages).flatMap(([path, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, dev)] as const),
  )
  return Object.fromEntries(wanted.filter(([, entry]) => entry !== undefined)) as Readonly<Record<string, object>>
}

// Undefined for what is made for no processor of its own (wasm32): npm does without it.
function entryOf(name: string, version: string, dev: boolean | undefined): object | undefined {
  const words = name.replace(/^@[^/]+\//, '').split('-')
  const os = SYSTEMS.filter((system) => words.includes(system))
  const cpu = PROCESSORS.filter((processor) => words.includes(processor))
  if (os.length === 0 || cpu.length === 0) return undefined
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...(words.some((word) => /^(musl|gnu)/.test(word)) && { libc: [libc] }),
    optional: true,
    os,
  }
}
