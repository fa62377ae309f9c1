// Who signs, in the tests: an image repository and a director with all their keys in one hand, honest or not.

import { createHash, generateKeyPairSync } from 'node:crypto'
import { productRoleOf, type Release, targetPathOf } from '@sealift/protocol'
import {
  componentOf,
  type DirectorWord,
  expiresAt,
  metaOf,
  type PublicKey,
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

export const PRODUCT = 'thermostat'
export const HARDWARE = 'thermo-1'
const DAY_MS = 86_400_000

export type Published = {
  readonly release: Release
  readonly path: string
  readonly target: Target
  readonly image: Uint8Array
}

type Lie = { readonly release?: Partial<Release>; readonly target?: Partial<Target>; readonly signer?: Signer }

const newSigner = () => signerOf(generateKeyPairSync('ed25519').privateKey)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** One repository: files by name, as a device asks for them. */
class Repository {
  readonly files = new Map<string, string>()
  readonly signers = { root: newSigner(), targets: newSigner(), snapshot: newSigner(), timestamp: newSigner() }
  version = 0

  async begin(nowMs: number): Promise<string> {
    const { signers } = this
    const root: Root = {
      _type: 'root',
      spec_version: SPEC_VERSION,
      version: 1,
      expires: expiresAt(nowMs + 365 * DAY_MS),
      consistent_snapshot: true,
      keys: keysOf(Object.values(signers)),
      roles: {
        root: roleKeysOf(signers.root),
        targets: roleKeysOf(signers.targets),
        snapshot: roleKeysOf(signers.snapshot),
        timestamp: roleKeysOf(signers.timestamp),
      },
    }
    const text = await signMetadata(root, [signers.root])
    this.files.set('1.root.json', text)
    return text
  }

  async publish(targets: Partial<Targets>, delegated: Record<string, string>, expiresAtMs: number): Promise<void> {
    const version = ++this.version
    const expires = expiresAt(expiresAtMs)
    const common = { spec_version: SPEC_VERSION, version, expires }
    const targetsText = await signMetadata({ _type: 'targets', targets: {}, ...common, ...targets }, [
      this.signers.targets,
    ])
    const meta: Record<string, object> = { 'targets.json': metaOf(targetsText, version) }
    this.files.set(`${version}.targets.json`, targetsText)
    for (const [role, text] of Object.entries(delegated)) {
      meta[`${role}.json`] = metaOf(text, version)
      this.files.set(`${version}.${encodeURIComponent(role)}.json`, text)
    }
    const snapshot = await signMetadata({ _type: 'snapshot', ...common, meta }, [this.signers.snapshot])
    this.files.set(`${version}.snapshot.json`, snapshot)
    const timestamp = { _type: 'timestamp', ...common, meta: { 'snapshot.json': metaOf(snapshot, version) } }
    this.files.set('timestamp.json', await signMetadata(timestamp, [this.signers.timestamp]))
  }
}

export class Publisher {
  readonly image = new Repository()
  readonly director = new Repository()
  readonly bootSigner = newSigner()
  readonly productSigner = newSigner()
  nowMs: number
  /** How long what is signed from now on holds. */
  lifeMs = DAY_MS
  readonly deviceId: string
  imageRoot = ''
  directorRoot = ''
  private readonly signed: Record<string, Target> = {}

  private constructor(nowMs: number, deviceId: string) {
    this.nowMs = nowMs
    this.deviceId = deviceId
  }

  static async make(nowMs: number, deviceId: string): Promise<Publisher> {
    const publisher = new Publisher(nowMs, deviceId)
    publisher.imageRoot = await publisher.image.begin(nowMs)
    publisher.directorRoot = await publisher.director.begin(nowMs)
    return publisher
  }

  get bootKeyPem(): string {
    return pemOf(this.bootSigner.key)
  }

  /** Signs a release and lays it down in the image repository; `lie` changes what is signed. */
  async release(version: string, image: Uint8Array, fields: Partial<Release> = {}, lie: Lie = {}): Promise<Published> {
    const release = releaseOf(version, fields)
    const path = targetPathOf(release.product, release.version)
    const target: Target = {
      length: image.byteLength,
      hashes: { sha256: sha256(image) },
      custom: {
        hardwareIds: release.hardwareIds,
        releaseCounter: release.releaseCounter,
        sealift: { ...release, ...lie.release },
        bootManifest: await this.manifestOf(release, image),
      },
      ...lie.target,
    }
    this.signed[path] = target
    await this.publishImages(lie.signer ?? this.productSigner)
    return { release, path, target, image }
  }

  async publishImages(signer: Signer = this.productSigner): Promise<void> {
    const role = productRoleOf(PRODUCT)
    const version = this.image.version + 1
    const expires = expiresAt(this.nowMs + this.lifeMs)
    const targets = { _type: 'targets', spec_version: SPEC_VERSION, version, expires, targets: this.signed }
    const delegations = {
      keys: keysOf([this.productSigner]),
      roles: [{ name: role, paths: [`${PRODUCT}/*/*`], terminating: true, ...roleKeysOf(this.productSigner) }],
    }
    await this.image.publish(
      { delegations },
      { [role]: await signMetadata(targets, [signer]) },
      this.nowMs + this.lifeMs,
    )
  }

  /** What the director says to the device from now on; `published` undefined: nothing, for the reason `whyNot`. */
  async assign(
    published: Pick<Published, 'path' | 'target'> | undefined,
    word: Partial<DirectorWord> & { hardwareId?: string } = {},
  ): Promise<void> {
    const { hardwareId = HARDWARE, ...rest } = word
    const deviceId = rest.deviceId ?? this.deviceId
    const targets = published && {
      [published.path]: {
        length: published.target.length,
        hashes: published.target.hashes,
        custom: { ecuIdentifiers: { [componentOf(deviceId)]: { hardwareId } } },
      },
    }
    await this.director.publish(
      { targets: targets ?? {}, 'x-sealift': { attempt: 0, ...rest, deviceId } },
      {},
      this.nowMs + this.lifeMs,
    )
  }

  manifestOf(release: Release, image: Uint8Array): Promise<string> {
    const { product, version, releaseCounter, securityCounter, hardwareIds } = release
    return signBootManifest(
      {
        format: 'sealift-boot-1',
        product,
        version,
        releaseCounter,
        securityCounter,
        hardwareIds,
        lengthBytes: image.byteLength,
        sha256: sha256(image),
      },
      this.bootSigner,
    )
  }
}

export function releaseOf(version: string, fields: Partial<Release> = {}): Release {
  const major = Number(version.split('.')[0])
  return {
    product: PRODUCT,
    version,
    releaseCounter: major,
    securityCounter: 1,
    hardwareIds: [HARDWARE],
    class: 'security',
    notes: { summary: 'A better one.', risk: 'None known.', removes: '' },
    reboot: true,
    durationS: 30,
    format: 'raw',
    ...fields,
  }
}

function pemOf(key: PublicKey): string {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key.keyval.public, 'hex')])
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`
}

function roleKeysOf(signer: Signer): RoleKeys {
  return { keyids: [signer.keyid], threshold: 1 }
}

function keysOf(signers: readonly Signer[]): Record<string, PublicKey> {
  return Object.fromEntries(signers.map(({ keyid, key }) => [keyid, key]))
}
