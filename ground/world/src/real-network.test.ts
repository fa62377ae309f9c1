import 'reflect-metadata'
import { once } from 'node:events'
import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type RealNetwork, type RealNetworkOptions, realNetwork } from './real-network.ts'

type Authority = { readonly certificate: x509.X509Certificate; readonly keys: Keys }
type Keys = Awaited<ReturnType<typeof newKeys>>
type Identity = { readonly keyPem: string; readonly certificatePem: string }

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

let ours: Authority
let theirs: Authority
let server: Identity
let client: Identity
const opened: { close(): unknown }[] = []

beforeAll(async () => {
  ours = await newAuthority()
  theirs = await newAuthority()
  server = await newIdentity(ours, {})
  client = await newIdentity(ours, { purpose: CLIENT_AUTH })
})

afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function newAuthority(): Promise<Authority> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=authority',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  return { certificate, keys }
}

async function newIdentity(
  authority: Authority,
  { host = 'localhost', purpose = SERVER_AUTH, endsInMs = DAY_MS },
): Promise<Identity> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=somebody',
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + endsInMs),
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      new x509.ExtendedKeyUsageExtension([purpose]),
    ],
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return {
    keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificatePem: certificate.toString('pem'),
  }
}

async function listen(it: Server): Promise<number> {
  it.listen(0, '127.0.0.1')
  await once(it, 'listening')
  opened.push({ close: () => it.close() })
  return (it.address() as AddressInfo).port
}

/** An https server on loopback; where it listens. */
async function serve(listener: RequestListener, identity = server, options: ServerOptions = {}): Promise<string> {
  const it = createServer({ key: identity.keyPem, cert: identity.certificatePem, ...options }, listener)
  opened.push({ close: () => it.closeAllConnections() })
  return `https://localhost:${await listen(it)}`
}

function open(options: Partial<RealNetworkOptions> = {}): RealNetwork {
  const network = realNetwork({ caPem: ours.certificate.toString('pem'), ...options })
  opened.push(network)
  return network
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const hello: RequestListener = (_request, response) => response.end('hello')

test('a request goes out whole and a reply comes back whole', async () => {
  const url = await serve((request, response) => {
    response.writeHead(201, { 'X-Seen': `${request.method} ${request.url} ${String(request.headers['x-name'])}` })
    request.pipe(response)
  })
  const reply = await open().request({
    method: 'POST',
    url: `${url}/reports?n=1`,
    headers: { 'x-name': 'value' },
    body: new Uint8Array([1, 2, 3]),
  })
  expect(reply.status).toBe(201)
  expect(reply.headers['x-seen']).toBe('POST /reports?n=1 value')
  expect(await collect(reply.body)).toEqual(Buffer.from([1, 2, 3]))
})

test('attack 29 redirect: it is a reply like any other, and nobody goes there', async () => {
  const asked: string[] = []
  const url = await serve((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const reply = await open().request({ method: 'GET', url: `${url}/here` })
  expect([reply.status, reply.headers.location, asked]).toEqual([302, '/elsewhere', ['/here']])
})

test('attack 29 plaintext: http is refused before a socket is opened', async () => {
  let sockets = 0
  const port = await listen(createTcpServer(() => sockets++))
  await expect(open().request({ method: 'GET', url: `http://localhost:${port}/` })).rejects.toMatchObject({
    why: 'untrusted',
  })
  expect(sockets).toBe(0)
})

test('attack 25 man in the middle: a server of another authority is not trusted and never sees the request', async () => {
  let requests = 0
  const url = await serve(() => requests++, await newIdentity(theirs, {}))
  await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'untrusted' })
  expect(requests).toBe(0)
})

test('attack 26 expired certificate: not trusted', async () => {
  const url = await serve(hello, await newIdentity(ours, { endsInMs: -1000 }))
  await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'untrusted' })
})

test('attack 27 wrong name, wrong purpose: not trusted', async () => {
  for (const wrong of [{ host: 'other.test' }, { purpose: CLIENT_AUTH }]) {
    const url = await serve(hello, await newIdentity(ours, wrong))
    await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'untrusted' })
  }
})

test('attack 28 downgrade: a server that speaks TLS 1.2 at most is not trusted', async () => {
  const url = await serve(hello, server, { maxVersion: 'TLSv1.2' })
  await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'untrusted' })
})

test('a server that answers in plain HTTP on an https address is not trusted', async () => {
  const port = await listen(createPlainServer(hello))
  await expect(open().request({ method: 'GET', url: `https://localhost:${port}/` })).rejects.toMatchObject({
    why: 'untrusted',
  })
})

test('without an authority there is no network, rather than all the public ones', () => {
  expect(() => realNetwork({ caPem: '' })).toThrow()
})

test('the variable that turns verification off in Node turns nothing off here', async () => {
  const url = await serve(hello, await newIdentity(theirs, {}))
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'untrusted' })
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  }
})

test('a client certificate is shown to a server that asks for it; without one there is no reply', async () => {
  const url = await serve(
    (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    },
    server,
    { requestCert: true, rejectUnauthorized: true, ca: ours.certificate.toString('pem') },
  )
  const reply = await open({ identity: client }).request({ method: 'GET', url })
  expect((await collect(reply.body)).toString()).toBe('somebody')
  await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'unreachable' })
})

test('a port where nobody listens is unreachable', async () => {
  const it = createTcpServer()
  const port = await listen(it)
  await new Promise((resolve) => it.close(resolve))
  await expect(open().request({ method: 'GET', url: `https://localhost:${port}/` })).rejects.toMatchObject({
    why: 'unreachable',
  })
})

test('a connection that ends before the reply is unreachable', async () => {
  const url = await serve((request) => request.socket.destroy())
  await expect(open().request({ method: 'GET', url })).rejects.toMatchObject({ why: 'unreachable' })
})

test('a body that ends before its announced length is interrupted', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('half', () => response.destroy())
  })
  const { body } = await open().request({ method: 'GET', url })
  await expect(collect(body)).rejects.toMatchObject({ why: 'interrupted' })
})

test('the caller may lose patience, before the reply and within the body', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/body') response.writeHead(200).write('begin')
  })
  const early = AbortSignal.timeout(50)
  await expect(open().request({ method: 'GET', url, signal: early })).rejects.toMatchObject({ why: 'aborted' })
  await expect(open().request({ method: 'GET', url, signal: AbortSignal.abort() })).rejects.toMatchObject({
    why: 'aborted',
  })
  const { body } = await open().request({ method: 'GET', url: `${url}/body`, signal: AbortSignal.timeout(50) })
  await expect(collect(body)).rejects.toMatchObject({ why: 'aborted' })
})

test('one connection serves many requests, empty replies nobody reads included', async () => {
  const sockets = new Set<unknown>()
  const url = await serve((request, response) => {
    sockets.add(request.socket)
    if (request.url === '/304') response.writeHead(304).end()
    else response.end('hello')
  })
  const network = open()
  for (let i = 0; i < 3; i++) {
    await network.request({ method: 'GET', url: `${url}/304` })
    await collect((await network.request({ method: 'GET', url })).body)
  }
  expect(sockets.size).toBe(1)
})

test('a new connection resumes the TLS session of the one before', async () => {
  const resumed: boolean[] = []
  const url = await serve((request, response) => {
    resumed.push((request.socket as TLSSocket).isSessionReused())
    response.writeHead(200, { connection: 'close' }).end('hello')
  })
  const network = open()
  for (let i = 0; i < 2; i++) await collect((await network.request({ method: 'GET', url })).body)
  expect(resumed).toEqual([false, true])
})

test('an idle connection that the server has closed meanwhile costs no request', async () => {
  let requests = 0
  const url = await serve((request, response) => {
    // From the second request on, an old connection dies under the request.
    if (requests++ === 1) request.socket.destroy()
    else response.end('hello')
  })
  const network = open()
  await collect((await network.request({ method: 'GET', url })).body)
  expect((await collect((await network.request({ method: 'GET', url })).body)).toString()).toBe('hello')
  expect(requests).toBe(3)
})

test('leaving the body early closes the connection, and a reader that waits makes the server wait', async () => {
  let sent = 0
  let closed = false
  const url = await serve((_request, response) => {
    response.on('close', () => {
      closed = true
    })
    const more = () => {
      do sent += 65_536
      while (!closed && response.write(Buffer.alloc(65_536)))
    }
    response.on('drain', more)
    more()
  })
  const { body } = await open().request({ method: 'GET', url })
  for await (const chunk of body) {
    expect(chunk.byteLength).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 200))
    break
  }
  const sentWhileWaiting = sent
  await expect.poll(() => closed).toBe(true)
  expect(sentWhileWaiting).toBeLessThan(64 * 2 ** 20)
})
