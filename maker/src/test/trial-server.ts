// A server for tests: it keeps what is published, and lists it in snapshot and timestamp, signed with its online keys.

import { createHash, createPrivateKey } from 'node:crypto'
import { type BlobStored, Fault, type Publication, type Published } from '@sealift/protocol'
import {
  expiresAt,
  type FetchFile,
  metaOf,
  readMetadataText,
  SPEC_VERSION,
  signerOf,
  signMetadata,
} from '@sealift/trust'
import type { ServerPart } from '../organisation.ts'
import type { PublishApi } from '../publish.ts'
import { DAY_MS, NOW_MS } from './workshop.ts'

export class TrialServer implements PublishApi {
  readonly blobs = new Map<string, Uint8Array>()
  readonly files = new Map<string, string>()
  /** What was asked for, in order: `blob`, `publish`. */
  readonly asked: string[] = []
  /** So many further requests are answered; then the connection breaks. */
  requestsLeft = Number.POSITIVE_INFINITY
  private readonly part: ServerPart
  private readonly listed = new Map<string, { text: string; version: number }>()
  private version = 0

  constructor(part: ServerPart) {
    this.part = part
    this.files.set('1.root.json', part.imageRoot)
  }

  fetch: FetchFile = async (file) => {
    const text = this.files.get(file)
    return text === undefined ? undefined : Buffer.from(text, 'utf8')
  }

  async current(file: string): Promise<string | undefined> {
    return this.files.get(file)
  }

  async putBlob(sha256: string, lengthBytes: number, chunks: AsyncIterable<Uint8Array>): Promise<BlobStored> {
    this.take('blob')
    if (this.blobs.has(sha256)) return { sha256, lengthBytes, known: true }
    const parts: Uint8Array[] = []
    for await (const chunk of chunks) parts.push(chunk)
    const bytes = Buffer.concat(parts)
    const digest = createHash('sha256').update(bytes).digest('hex')
    if (digest !== sha256 || bytes.length !== lengthBytes) throw new Fault('publish.digest', { sha256 })
    this.blobs.set(sha256, bytes)
    return { sha256, lengthBytes, known: false }
  }

  async publish(publication: Publication): Promise<Published> {
    this.take('publish')
    if (publication.targets !== undefined) this.keep('targets', publication.targets)
    for (const [role, text] of Object.entries(publication.delegated ?? {})) this.keep(role, text)
    await this.relist()
    return { snapshotVersion: this.version, timestampVersion: this.version, releases: [] }
  }

  /** Versions of the roles that are served now. */
  get served(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.listed].map(([role, { version }]) => [role, version]))
  }

  private take(what: string): void {
    if (this.requestsLeft-- <= 0) throw new Fault('publish.unreachable')
    this.asked.push(what)
  }

  private keep(role: string, text: string): void {
    const { version } = readMetadataText('targets', text).signed
    this.listed.set(role, { text, version })
    this.files.set(`${version}.${encodeURIComponent(role)}.json`, text)
  }

  private async relist(): Promise<void> {
    this.version++
    const common = { spec_version: SPEC_VERSION, version: this.version, expires: expiresAt(NOW_MS + DAY_MS) }
    const rows = [...this.listed].map(([role, { text, version }]) => [`${role}.json`, metaOf(text, version)] as const)
    const snapshot = await this.sign('image/snapshot', {
      _type: 'snapshot',
      ...common,
      meta: Object.fromEntries(rows),
    })
    const meta = { 'snapshot.json': metaOf(snapshot, this.version) }
    this.files.set(`${this.version}.snapshot.json`, snapshot)
    this.files.set('timestamp.json', await this.sign('image/timestamp', { _type: 'timestamp', ...common, meta }))
  }

  private sign(role: 'image/snapshot' | 'image/timestamp', signed: object): Promise<string> {
    return signMetadata(
      signed,
      this.part.onlineKeys[role].map((pem) => signerOf(createPrivateKey(pem))),
    )
  }
}
