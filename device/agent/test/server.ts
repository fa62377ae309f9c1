// A server for tests: it serves what a publisher has signed, keeps what devices report, and can be told to lie.

import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { DEVICE_ROUTES, POLL_HEADER, type Report, type Reports } from '@sealift/protocol'
import { verifyReport } from '@sealift/trust'
import type { Request } from '@sealift/world'
import type { Answer } from '@sealift/world/virtual'
import type { Publisher } from './publisher.ts'

export const ORIGIN = 'https://updates.test'

/** Length of the pieces in which an image arrives. */
export const PIECE_BYTES = 1_000

/** A lie in place of the honest answer, or undefined for the honest one. */
export type Lie = (path: string, request: Request, honest: () => Answer) => Answer | undefined

export class Server {
  readonly publisher: Publisher
  readonly asked: string[] = []
  readonly reports: Report[] = []
  readonly ranges: string[] = []
  /** Numbers that came twice with different content: attack 32. */
  readonly replays: number[] = []
  lie: Lie = () => undefined
  pollMs = 60_000
  /** Bytes of images that went out. */
  sentBytes = 0
  private readonly reportKey: KeyObject
  private readonly texts = new Map<number, string>()
  private readonly images = new Map<string, Uint8Array>()

  constructor(publisher: Publisher, devicePrivateKey: KeyObject) {
    this.publisher = publisher
    this.reportKey = createPublicKey(devicePrivateKey)
  }

  /** Puts bytes where a device will ask for this path; they need not be the signed ones. */
  store(path: string, sha256: string, bytes: Uint8Array): void {
    const slash = path.lastIndexOf('/') + 1
    this.images.set(`${path.slice(0, slash)}${sha256}.${path.slice(slash)}`, bytes)
  }

  readonly host = (request: Request): Answer => {
    const path = request.url.slice(ORIGIN.length)
    this.asked.push(path)
    const honest = () => this.answer(path, request)
    return this.lie(path, request, honest) ?? honest()
  }

  events(): string[] {
    return this.reports.map(({ event, step, fault, release, whyNot }) =>
      [event, event === 'progress' ? step : (fault?.code ?? release?.version ?? whyNot)].filter(Boolean).join(' '),
    )
  }

  private answer(path: string, request: Request): Answer {
    const { director, image } = this.publisher
    if (path === DEVICE_ROUTES.check) return this.check(request)
    if (path === DEVICE_ROUTES.reports) return this.collect(request)
    const file = path.slice(path.lastIndexOf('/') + 1)
    if (path.startsWith('/device/v1/director/')) return textAnswer(director.files.get(file))
    if (path.startsWith('/device/v1/image/')) return textAnswer(image.files.get(file))
    return this.deliver(this.images.get(path.slice('/device/v1/targets/'.length)), request)
  }

  private check(request: Request): Answer {
    const text = this.publisher.director.files.get('timestamp.json') ?? ''
    const headers = { etag: `"${createHash('sha256').update(text).digest('hex')}"`, [POLL_HEADER]: String(this.pollMs) }
    if (request.headers?.['if-none-match'] === headers.etag) return { status: 304, headers }
    return { status: 200, headers, body: Buffer.from(text) }
  }

  private deliver(image: Uint8Array | undefined, request: Request): Answer {
    if (!image) return { status: 404 }
    const range = /^bytes=(\d+)-$/.exec(request.headers?.['range'] ?? '')
    this.ranges.push(request.headers?.['range'] ?? 'all')
    const from = Number(range?.[1] ?? 0)
    const headers = {
      'content-length': String(image.byteLength - from),
      ...(range && { 'content-range': `bytes ${from}-${image.byteLength - 1}/${image.byteLength}` }),
    }
    return { status: range ? 206 : 200, headers, body: this.send(image.subarray(from)) }
  }

  // Counts what is really taken: a body is left where the power fails.
  private async *send(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES)
      this.sentBytes += piece.byteLength
      yield piece
    }
  }

  private collect(request: Request): Answer {
    const { reports } = JSON.parse(Buffer.from(request.body ?? []).toString('utf8')) as Reports
    for (const report of reports) this.take(verifyReport(report, this.reportKey))
    const acceptedSeq = Math.max(...this.texts.keys())
    return { status: 200, body: Buffer.from(JSON.stringify({ acceptedSeq })) }
  }

  private take(report: Report): void {
    const [have, want] = [this.texts.get(report.seq), JSON.stringify(report)]
    if (have === want) return
    if (have !== undefined) this.replays.push(report.seq)
    this.texts.set(report.seq, want)
    this.reports.push(report)
  }
}

function textAnswer(text: string | undefined): Answer {
  return text === undefined ? { status: 404 } : { status: 200, body: Buffer.from(text) }
}
