// A maker in memory, for tests: keys, roots, signed releases and publications, as the real one makes them.

import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Publication, productRoleOf, type Release, targetPathOf } from '@sealift/protocol'
import {
  expiresAt,
  type PublicKey,
  type Role,
  type RoleKeys,
  type Root,
  type Signer,
  SPEC_VERSION,
  signBootManifest,
  signerOf,
  signMetadata,
  type Target,
  type Targets,
} from '@sealift/trust'
import type { Founding, OnlineKeysPem } from '../folder.ts'
import { newAuthority, newServerCertificate } from './trial-certificates.ts'

const DAY_MS = 86_400_000

type Pair = { readonly signers: readonly Signer[]; readonly pems: readonly string[] }

/** One key of each family. */
export function newPair(): Pair {
  const keys = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ml-dsa-65').privateKey]
  return { signers: keys.map(signerOf), pems: keys.map(pemOf) }
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function roleKeysOf(signers: readonly Signer[]): RoleKeys {
  return { keyids: signers.map(({ keyid }) => keyid), threshold: 1, 'x-min-per-family': 1 }
}

function keysOf(...groups: (readonly Signer[])[]): Record<string, PublicKey> {
  return Object.fromEntries(groups.flat().map(({ keyid, key }) => [keyid, key]))
}

export type TrialRelease = { readonly release: Release; readonly image: Buffer; readonly sha256: string }

export class TrialMaker {
  readonly nowMs: number
  readonly imageRoot = newPair()
  readonly imageTargets = newPair()
  readonly online = {
    imageSnapshot: newPair(),
    imageTimestamp: newPair(),
    directorTargets: newPair(),
    directorSnapshot: newPair(),
    directorTimestamp: newPair(),
  }
  readonly products = new Map<string, Pair>()
  readonly boot = generateKeyPairSync('ed25519')
  private readonly directorRoot = newPair()
  private readonly released = new Map<string, Record<string, Target>>()
  private readonly versions = new Map<string, number>()

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  async founding(listen = { host: '127.0.0.1', peoplePort: 0, devicePort: 0 }): Promise<Founding> {
    const { online } = this
    const serverCa = await newAuthority('Trial server CA', this.nowMs)
    const deviceCa = await newAuthority('Trial device CA', this.nowMs)
    return {
      imageRoot: await this.signImageRoot(1),
      imageTargets: await this.signTargets(),
      directorRoot: await signMetadata(
        this.rootOf(1, this.directorRoot, {
          targets: online.directorTargets,
          snapshot: online.directorSnapshot,
          timestamp: online.directorTimestamp,
        }),
        this.directorRoot.signers,
      ),
      onlineKeys: Object.fromEntries(
        Object.entries(online).map(([role, { pems }]) => [role, pems]),
      ) as unknown as OnlineKeysPem,
      deviceCa: { keyPem: pemOf(deviceCa.key), certificatePem: deviceCa.certificatePem },
      tls: await newServerCertificate(serverCa, this.nowMs),
      serverCaPem: serverCa.certificatePem,
      bootKeysPem: [this.boot.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
      listen,
      pollMs: 1_000,
    }
  }

  signImageRoot(version: number): Promise<string> {
    const { imageTargets: targets, online } = this
    const root = this.rootOf(version, this.imageRoot, {
      targets,
      snapshot: online.imageSnapshot,
      timestamp: online.imageTimestamp,
    })
    return signMetadata(root, this.imageRoot.signers)
  }

  /** The next top-level targets: delegates to every product so far. */
  signTargets(signers: readonly Signer[] = this.imageTargets.signers, change: Partial<Targets> = {}): Promise<string> {
    const roles = [...this.products].map(([product, { signers }]) => ({
      ...roleKeysOf(signers),
      name: productRoleOf(product),
      paths: [`${product}/*/*`],
      terminating: true,
    }))
    const keys = keysOf(...[...this.products.values()].map((pair) => pair.signers))
    const delegations = roles.length > 0 ? { delegations: { keys, roles } } : {}
    return signMetadata({ ...this.next('targets'), targets: {}, ...delegations, ...change }, signers)
  }

  /** Publication that brings a product with no release yet. */
  async addProduct(product: string): Promise<Publication> {
    this.products.set(product, newPair())
    return {
      targets: await this.signTargets(),
      delegated: { [productRoleOf(product)]: await this.signProduct(product) },
    }
  }

  /** Publication with one release more. */
  async release(product: string, version: string, change: Partial<Release> = {}) {
    const trial = newRelease(product, version, this.countOf(product) + 1, change)
    const publication = await this.publicationOf(trial)
    return { ...trial, publication }
  }

  async publicationOf(trial: TrialRelease, change: Partial<Target> = {}): Promise<Publication> {
    const { product, version } = trial.release
    const targets = this.released.get(product) ?? {}
    targets[targetPathOf(product, version)] = { ...(await this.targetOf(trial)), ...change }
    this.released.set(product, targets)
    return { delegated: { [productRoleOf(product)]: await this.signProduct(product) } }
  }

  async targetOf({ release, image, sha256 }: TrialRelease): Promise<Target> {
    const { product, version, releaseCounter, securityCounter, hardwareIds } = release
    const bootManifest = await signBootManifest(
      {
        format: 'sealift-boot-1',
        product,
        version,
        releaseCounter,
        securityCounter,
        hardwareIds,
        lengthBytes: image.byteLength,
        sha256,
      },
      signerOf(this.boot.privateKey),
    )
    return {
      length: image.byteLength,
      hashes: { sha256 },
      custom: { hardwareIds, releaseCounter, sealift: release, bootManifest },
    }
  }

  signProduct(product: string, change: Partial<Targets> = {}, signers = this.products.get(product)?.signers ?? []) {
    const targets = this.released.get(product) ?? {}
    return signMetadata({ ...this.next(productRoleOf(product)), targets, ...change }, signers)
  }

  /** Forget the last release, as if it had never been signed. */
  forget(product: string, version: string): void {
    delete this.released.get(product)?.[targetPathOf(product, version)]
  }

  private countOf(product: string): number {
    return Object.keys(this.released.get(product) ?? {}).length
  }

  private next(role: string) {
    const version = (this.versions.get(role) ?? 0) + 1
    this.versions.set(role, version)
    return {
      _type: 'targets' as const,
      spec_version: SPEC_VERSION,
      version,
      expires: expiresAt(this.nowMs + 90 * DAY_MS),
    }
  }

  private rootOf(version: number, root: Pair, others: Record<Exclude<Role, 'root'>, Pair>): Root {
    const pairs = { root, ...others }
    return {
      _type: 'root',
      spec_version: SPEC_VERSION,
      version,
      expires: expiresAt(this.nowMs + 365 * DAY_MS),
      consistent_snapshot: true,
      keys: keysOf(...Object.values(pairs).map((pair) => pair.signers)),
      roles: {
        root: roleKeysOf(pairs.root.signers),
        targets: roleKeysOf(pairs.targets.signers),
        snapshot: roleKeysOf(pairs.snapshot.signers),
        timestamp: roleKeysOf(pairs.timestamp.signers),
      },
    }
  }
}

export function newRelease(
  product: string,
  version: string,
  counter: number,
  change: Partial<Release> = {},
): TrialRelease {
  const image = Buffer.alloc(700_000, `${product} ${version} `)
  const release: Release = {
    product,
    version,
    releaseCounter: counter,
    securityCounter: 1,
    hardwareIds: [`${product}-1`],
    class: 'security',
    notes: { summary: `Version ${version}.`, risk: 'none', removes: '' },
    reboot: true,
    durationS: 30,
    format: 'raw',
    ...change,
  }
  return { release, image, sha256: createHash('sha256').update(image).digest('hex') }
}
