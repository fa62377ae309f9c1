// A server on real sockets, a real disk and real TLS; and what a kill leaves.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { connect } from 'node:tls'
import type { Claim } from '@sealift/protocol'
import { realChance, realClock } from '@sealift/world/real'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createServerFolder, type OpenServer, openServer } from './real-server.ts'
import { newAuthority, newDeviceRequest, newServerCertificate } from './trial/trial-certificates.ts'
import { newRelease, pemOf, TrialMaker } from './trial/trial-maker.ts'

const world = { clock: realClock(), chance: realChance() }
const maker = new TrialMaker(world.clock.nowMs())
const support = {
  general_availability: '2026-01-01T00:00:00Z',
  end_of_sales: 'tba',
  end_of_security_support: 'tba',
  end_of_life: 'tba',
  last_updated: '2026-01-01T00:00:00Z',
}

let org: string
let folder: string
let server: OpenServer
let serverCaPem: string
let adminToken: string
let device: Identity
const release = newRelease('lamp', '1.0.0', 1)

type Identity = { readonly id: string; readonly key: string; readonly cert: string }
type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }

/** One request on a connection of its own. */
const ask = (url: string, options: RequestOptions = {}, body?: Uint8Array | string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, ca: serverCaPem, ...options })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const { statusCode: status = 0, headers } = incoming
      buffer(incoming).then((body) => resolve({ status, headers, body }), reject)
    })
    outgoing.end(body)
  })

const asAdmin = (method: string, path: string, payload?: object, at = server) =>
  ask(
    at.peopleUrl + path,
    {
      method,
      headers: { authorization: `Bearer ${adminToken}`, ...(payload && { 'content-type': 'application/json' }) },
    },
    payload && JSON.stringify(payload),
  )

const upload = (at: OpenServer, { image, sha256 }: Pick<typeof release, 'image' | 'sha256'>) =>
  ask(
    `${at.peopleUrl}/api/v1/blobs/${sha256}`,
    {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${adminToken}`,
        'content-type': 'application/octet-stream',
        'content-length': image.byteLength,
      },
    },
    image,
  )

const asDevice = (path: string, headers: Record<string, string> = {}, as: Identity = device, at = server) =>
  ask(at.deviceUrl + path, { key: as.key, cert: as.cert, headers })

const enrol = async (at: OpenServer): Promise<Identity> => {
  const made = await asAdmin('POST', '/api/v1/claims', { product: 'lamp', hardwareId: 'lamp-1' }, at)
  const claim: Claim = JSON.parse(made.body.toString())
  const { key, csrPem } = await newDeviceRequest()
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ token: claim.token, csrPem })
  const enrolled = JSON.parse(
    (await ask(`${claim.enrolUrl}/enrol/v1/claim`, { method: 'POST', headers }, body)).body.toString(),
  )
  return { id: enrolled.deviceId, key: pemOf(key), cert: enrolled.certificatePem }
}

const open = () => openServer({ folder, world, settings: { pollMs: 500 } })

beforeAll(async () => {
  org = mkdtempSync(join(tmpdir(), 'sealift-server-'))
  folder = join(org, 'server')
  const founding = await maker.founding()
  ;({ serverCaPem } = founding)
  ;({ adminToken } = await createServerFolder(folder, world, founding))
  server = await open()
  await asAdmin('POST', '/api/v1/products', { id: 'lamp', name: 'Lamp', hardwareIds: ['lamp-1'], support })
  await asAdmin('POST', '/api/v1/publications', await maker.addProduct('lamp'))
  await upload(server, release)
  await asAdmin('POST', '/api/v1/publications', await maker.publicationOf(release))
  device = await enrol(server)
})

afterAll(async () => {
  await server.close()
  rmSync(org, { recursive: true })
})

test('both listeners answer at the addresses that they say', async () => {
  expect((await ask(`${server.peopleUrl}/healthz`)).status).toBe(200)
  const check = await asDevice('/device/v1/check')
  expect([check.status, check.headers['sealift-poll-ms']]).toEqual([200, '500'])
  expect(server.peopleUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
})

test('attack 28 TLS downgrade: nothing below TLS 1.3 on either listener', async () => {
  for (const url of [`${server.peopleUrl}/healthz`, `${server.deviceUrl}/device/v1/check`]) {
    const { key, cert } = device
    await expect(ask(url, { key, cert, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /protocol version/,
    )
  }
})

test('no client certificate: the device listener does not answer', async () => {
  await expect(ask(`${server.deviceUrl}/device/v1/check`)).rejects.toThrow(/certificate required/)
})

test('attack 27: a certificate of another authority, or of a server, does not open the device listener', async () => {
  const foreign = await newServerCertificate(await newAuthority('Another CA', world.clock.nowMs()), world.clock.nowMs())
  const options = { key: foreign.keyPem, cert: foreign.certificatePem }
  await expect(ask(`${server.deviceUrl}/device/v1/check`, options)).rejects.toThrow()
})

test('the people listener never asks for a certificate', async () => {
  const socket = connect({ port: Number(new URL(server.peopleUrl).port), host: '127.0.0.1', ca: serverCaPem })
  await once(socket, 'secureConnect')
  expect(socket.getProtocol()).toBe('TLSv1.3')
  socket.destroy()
})

test('attack 29 plaintext: HTTP without TLS gets no answer', async () => {
  await expect(fetch(server.peopleUrl.replace('https', 'http'))).rejects.toThrow()
})

test('a download over mutual TLS is cut, and goes on where it stopped', async () => {
  await asAdmin('POST', '/api/v1/rollouts', {
    product: 'lamp',
    version: '1.0.0',
    waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }],
  })
  const { rollouts } = JSON.parse((await asAdmin('GET', '/api/v1/rollouts')).body.toString())
  await asAdmin('POST', `/api/v1/rollouts/${rollouts[0].id}/start`)
  await saySomething(device)
  const path = `/device/v1/targets/lamp/1.0.0/${release.sha256}.lamp-1.0.0.img`
  const half = await firstBytes(path, 300_000)
  const rest = await asDevice(path, { range: `bytes=${half.byteLength}-`, 'if-range': `"${release.sha256}"` })
  expect(rest.status).toBe(206)
  expect(Buffer.concat([half, rest.body]).equals(release.image)).toBe(true)
  const other = await enrol(server)
  expect((await asDevice(path, {}, other)).status).toBe(404)
  await expect.poll(async () => (await asAdmin('GET', '/metrics')).body.toString()).toContain('sealift_downloads 0')
})

test('attack 34 IDOR: a device sees no director files but its own', async () => {
  const other = await enrol(server)
  await asDevice('/device/v1/check')
  expect((await asDevice('/device/v1/director/1.targets.json', {}, other)).status).toBe(404)
})

test('a retired device is refused on its next request, on a resumed session too', async () => {
  const retired = await enrol(server)
  const { key, cert, id } = retired
  const socket = connect({ ...addressOf(server.deviceUrl), ca: serverCaPem, key, cert })
  const session = once(socket, 'session')
  socket.write('GET /device/v1/check HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  socket.resume()
  const [ticket] = await session
  await asAdmin('DELETE', `/api/v1/devices/${id}`)
  const resumed = connect({ ...addressOf(server.deviceUrl), ca: serverCaPem, key, cert, session: ticket })
  resumed.write('GET /device/v1/check HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  const [chunk] = await once(resumed, 'data')
  expect(resumed.isSessionReused()).toBe(true)
  expect(String(chunk)).toMatch(/^HTTP\/1\.1 403/)
  resumed.destroy()
})

test('an upload whose connection breaks leaves nothing', async () => {
  const { image, sha256 } = newRelease('lamp', '7.7.7', 7)
  const headers = {
    authorization: `Bearer ${adminToken}`,
    'content-type': 'application/octet-stream',
    'content-length': image.byteLength,
  }
  const outgoing = request(`${server.peopleUrl}/api/v1/blobs/${sha256}`, {
    method: 'PUT',
    agent: false,
    ca: serverCaPem,
    headers,
  })
  outgoing.on('error', () => undefined)
  outgoing.write(image.subarray(0, 400_000))
  const incoming = join(folder, 'blobs', 'incoming')
  await expect.poll(() => readdirSync(incoming)).toHaveLength(1)
  outgoing.destroy()
  await expect.poll(() => readdirSync(incoming)).toEqual([])
  expect(existsSync(join(folder, 'blobs', 'sha256', sha256.slice(0, 2), sha256.slice(2, 4), sha256))).toBe(false)
})

test('a refused upload is answered although bytes are still coming', async () => {
  const { image } = newRelease('lamp', '8.8.8', 8)
  const answer = await upload(server, { image: Buffer.concat(Array(20).fill(image)), sha256: '0'.repeat(64) })
  expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([422, 'publish.digest'])
})

test('a person who stops watching makes room, and the server does not wait for one who watches when it closes', async () => {
  const watch = request(`${server.peopleUrl}/api/v1/live`, {
    agent: false,
    ca: serverCaPem,
    headers: { authorization: `Bearer ${adminToken}` },
  }).end()
  const [incoming] = (await once(watch, 'response')) as [IncomingMessage]
  expect(String((await once(incoming, 'data'))[0])).toContain('retry')
  const watching = async () => /sealift_watchers (\d)/.exec((await asAdmin('GET', '/metrics')).body.toString())?.[1]
  expect(await watching()).toBe('1')
  incoming.on('error', () => undefined)
  watch.destroy()
  await expect.poll(watching).toBe('0')
})

test('two servers on one folder: the second says so', async () => {
  await expect(open()).rejects.toMatchObject({ code: 'keep.busy', facts: { pid: process.pid } })
  expect((await ask(`${server.peopleUrl}/healthz`)).status).toBe(200)
})

test('a folder that is not one, or is one already', async () => {
  const elsewhere = join(org, 'elsewhere')
  await expect(openServer({ folder: elsewhere, world })).rejects.toMatchObject({ code: 'keep.missing' })
  expect(existsSync(elsewhere)).toBe(false)
  const again = createServerFolder(folder, world, await maker.founding())
  await expect(again).rejects.toMatchObject({ code: 'keep.exists' })
})

test('attack 53: keys are for nobody else on this machine', () => {
  for (const file of ['keys/image-snapshot.pem', 'ca/device-ca-key.pem', 'tls/key.pem', 'sealift.db']) {
    expect((statSync(join(folder, file)).mode & 0o077).toString(8), file).toBe('0')
  }
})

test('closed and opened again, everything is as it was, and what was left half-way is cleared', async () => {
  const before = await stateOf(server)
  await server.close()
  writeFileSync(join(folder, 'blobs', 'incoming', 'leftover'), 'half an image')
  server = await open()
  expect(await stateOf(server)).toEqual(before)
  expect(readdirSync(join(folder, 'blobs', 'incoming'))).toEqual([])
  expect((await asDevice('/device/v1/check')).status).toBe(200)
})

test('a sign-in link of the running server signs in', async () => {
  const { url } = await server.createSignInLink()
  expect(url.startsWith(`${server.peopleUrl}/#/sign-in?link=`)).toBe(true)
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
  const body = JSON.stringify({ link: url.split('link=')[1] })
  expect((await ask(`${server.peopleUrl}/api/v1/session`, { method: 'POST', headers }, body)).status).toBe(200)
})

test('guarantee G4: killed at any moment, everything that was acknowledged is there', async () => {
  await server.close()
  const acknowledged: string[] = []
  for (const killAfter of [1, 12]) {
    const { child, at } = await startProcess()
    let count = 0
    const ended = once(child, 'exit')
    const writer = async (name: string) => {
      for (let i = 0; ; i++) {
        const id = `p-${killAfter}-${name}-${i}`
        const product = { id, name: id, hardwareIds: ['x'], support }
        const answer = await asAdmin('POST', '/api/v1/products', product, at).catch(() => undefined)
        if (answer?.status !== 201) return
        acknowledged.push(id)
        if (++count === killAfter) child.kill('SIGKILL')
      }
    }
    await Promise.all(['a', 'b', 'c'].map(writer))
    await ended
  }
  server = await open()
  const { products } = JSON.parse((await asAdmin('GET', '/api/v1/products')).body.toString())
  const there = new Set(products.map(({ id }: { id: string }) => id))
  expect(acknowledged.length).toBeGreaterThanOrEqual(13)
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([])
}, 60_000)

const stateOf = async (at: OpenServer) => {
  const paths = ['/api/v1/products', '/api/v1/releases', '/api/v1/journal?limit=500', '/repository/timestamp.json']
  return await Promise.all(paths.map(async (path) => (await asAdmin('GET', path, undefined, at)).body.toString()))
}

/** `node main.ts`, as a service manager starts it. */
const startProcess = async (): Promise<{ child: ChildProcess; at: OpenServer }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, SEALIFT_ORG: org },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const line of createInterface({ input: child.stdout })) return { child, at: JSON.parse(line) }
  throw new Error('the server said nothing')
}

/** A first report, so that the server knows what the device runs. */
const saySomething = async (identity: Identity) => {
  const { createPrivateKey } = await import('node:crypto')
  const { signReport } = await import('@sealift/trust')
  const report = signReport(
    {
      deviceId: identity.id,
      seq: 0,
      atMs: world.clock.nowMs(),
      bootCount: 1,
      running: { version: '0.1.0', sha256: '0'.repeat(64), securityCounter: 0 },
      step: 'rest',
      event: 'idle',
    },
    createPrivateKey(identity.key),
  )
  const options = {
    method: 'POST',
    key: identity.key,
    cert: identity.cert,
    headers: { 'content-type': 'application/json' },
  }
  const answer = await ask(`${server.deviceUrl}/device/v1/reports`, options, JSON.stringify({ reports: [report] }))
  expect(JSON.parse(answer.body.toString())).toEqual({ acceptedSeq: 0 })
}

/** As many bytes as come until there are enough, and then the line is cut. */
const firstBytes = (path: string, lengthBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { key, cert } = device
    const outgoing = request(server.deviceUrl + path, { agent: false, ca: serverCaPem, key, cert }).end()
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('error', () => undefined)
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (Buffer.concat(chunks).byteLength < lengthBytes) return
        outgoing.off('error', reject).on('error', () => undefined)
        outgoing.destroy()
        resolve(Buffer.concat(chunks))
      })
    })
  })

const addressOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })
