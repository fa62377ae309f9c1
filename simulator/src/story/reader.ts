// What the server says, read as the console reads it: over HTTPS with a token.

import { type DeviceView, PEOPLE_ROUTES, pathOf, type RolloutView } from '@sealift/protocol'
import type { FetchFile } from '@sealift/trust'
import type { Network } from '@sealift/world'

export type Connection = { readonly url: string; readonly serverCaPem: string; readonly token: string }

export class Reader {
  private readonly network: Network
  private readonly connection: Connection

  constructor(network: Network, connection: Connection) {
    this.network = network
    this.connection = connection
  }

  async devices(): Promise<readonly DeviceView[]> {
    const page = (await this.json(`${PEOPLE_ROUTES.devices}?limit=100`)) as { devices: DeviceView[] }
    return page.devices
  }

  async rollout(id: string): Promise<RolloutView> {
    return (await this.json(pathOf(PEOPLE_ROUTES.rollout, { rollout: id }))) as RolloutView
  }

  /** Bytes of images sent to devices so far. */
  async bytesSent(): Promise<number> {
    const text = Buffer.from((await this.bytes(PEOPLE_ROUTES.metrics)) ?? '').toString('utf8')
    return Number(/^sealift_download_bytes_total(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1] ?? 0)
  }

  /** A file of the public image repository; its name is percent-encoded already, as the repository spells it. */
  readonly repositoryFile: FetchFile = async (file) => this.bytes(PEOPLE_ROUTES.repository.replace(':file', file))

  private async json(path: string): Promise<unknown> {
    const bytes = await this.bytes(path)
    if (!bytes) throw new Error(`${path} is not there`)
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  }

  private async bytes(path: string): Promise<Uint8Array | undefined> {
    const headers = { authorization: `Bearer ${this.connection.token}` }
    const reply = await this.network.request({ method: 'GET', url: this.connection.url + path, headers })
    const chunks: Uint8Array[] = []
    for await (const chunk of reply.body) chunks.push(chunk)
    if (reply.status === 404) return undefined
    const body = Buffer.concat(chunks)
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${body.toString('utf8')}`)
    return body
  }
}
