// A device comes to its identity, also when power or the line fails in the middle.

import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import { Pkcs10CertificateRequest, X509CertificateGenerator } from '@peculiar/x509'
import { type Claim, type Enrolled, type EnrolRequest, Fault, PEOPLE_ROUTES } from '@sealift/protocol'
import { DROP, KEEP, PowerCut, VirtualClock, VirtualDisk, VirtualNetwork } from '@sealift/world/virtual'
import { expect, test } from 'vitest'
import { readDevice } from './device-file.ts'
import { enrolDevice } from './enrol.ts'

const ORIGIN = 'https://people.test'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

const claim: Claim = {
  format: 'sealift-claim-1',
  token: 'once',
  expiresAtMs: 1,
  product: 'thermostat',
  hardwareId: 'thermo-1',
  enrolUrl: ORIGIN,
  deviceUrl: 'https://devices.test',
  serverCaPem: '-----BEGIN CERTIFICATE-----',
  imageRoot: '{"image":"root"}',
  directorRoot: '{"director":"root"}',
  bootKeysPem: ['-----BEGIN PUBLIC KEY-----'],
}

/** Gives one certificate per token and key, the same one when asked again; refuses a second key. */
class Authority {
  readonly requests: EnrolRequest[] = []
  private issued: { readonly key: string; readonly enrolled: Enrolled } | undefined

  async redeem(request: EnrolRequest): Promise<Enrolled | undefined> {
    this.requests.push(request)
    const csr = new Pkcs10CertificateRequest(request.csrPem)
    if (!(await csr.verify())) return undefined
    const key = csr.publicKey.toString('hex')
    this.issued ??= { key, enrolled: await certify(csr) }
    return this.issued.key === key ? this.issued.enrolled : undefined
  }
}

async function certify(
  csr: Pkcs10CertificateRequest,
  of: CryptoKey | typeof csr.publicKey = csr.publicKey,
): Promise<Enrolled> {
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=thermostat-0001',
    issuer: 'CN=device authority',
    publicKey: of,
    signingKey: privateKey,
    signingAlgorithm: algorithm,
  })
  return { deviceId: 'thermostat-0001', certificatePem: certificate.toString('pem'), pollMs: 60_000 }
}

function world(answer: (request: EnrolRequest) => Promise<Enrolled | undefined>) {
  const clock = new VirtualClock(0)
  const network = new VirtualNetwork(clock)
  network.route(ORIGIN, async (request) => {
    expect(request.url).toBe(ORIGIN + PEOPLE_ROUTES.enrol)
    const enrolled = await answer(JSON.parse(Buffer.from(request.body ?? []).toString()) as EnrolRequest)
    if (enrolled) return { status: 200, body: Buffer.from(JSON.stringify(enrolled)) }
    const problem = {
      type: '',
      title: '',
      status: 400,
      detail: '',
      code: 'enrol.token',
      next: '',
      facts: { why: 'used up' },
    }
    return { status: 400, body: Buffer.from(JSON.stringify(problem)) }
  })
  return { clock, network }
}

test('a claim becomes a device: key, certificate, roots, and at last its name', async () => {
  const authority = new Authority()
  const disk = new VirtualDisk()
  const device = await enrolDevice({ claim, disk, serial: 'line-7', ...world((request) => authority.redeem(request)) })

  expect(device).toMatchObject({ id: 'thermostat-0001', product: 'thermostat', deviceUrl: 'https://devices.test' })
  expect(authority.requests[0]).toMatchObject({ token: 'once', serial: 'line-7' })
  const read = await readDevice(disk)
  expect(read).toMatchObject({ ...device, bootKeysPem: claim.bootKeysPem })
  expect(read.privateKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  expect(Buffer.from((await disk.read('trust/director-root.json')) ?? []).toString()).toBe(claim.directorRoot)
  expect(Buffer.from((await disk.read('trust/image-root.json')) ?? []).toString()).toBe(claim.imageRoot)
})

test('the private key is neither in the request nor anywhere but in its file', async () => {
  const authority = new Authority()
  const disk = new VirtualDisk()
  await enrolDevice({ claim, disk, ...world((request) => authority.redeem(request)) })
  const pem = Buffer.from((await disk.read('identity/key.pem')) ?? []).toString()
  const secret = createPrivateKey(pem).export({ format: 'jwk' }).d ?? ''
  expect(secret.length).toBeGreaterThan(40)
  expect(JSON.stringify(authority.requests)).not.toContain(secret)
  expect(JSON.stringify(authority.requests)).not.toContain('PRIVATE')
})

test('enrolment survives a power cut at any disk operation, with one token and one key', async () => {
  for (const model of [DROP, KEEP]) {
    for (let cut = 0; ; cut++) {
      const authority = new Authority()
      const set = world((request) => authority.redeem(request))
      const disk = new VirtualDisk()
      disk.cut(cut)
      const whole = await enrolDevice({ claim, disk, ...set }).catch((error: unknown) => error)
      if (!(whole instanceof PowerCut)) break
      const found = disk.restart(model)
      const device = await enrolDevice({ claim, disk: found, ...set })
      expect(device.id, `${model.name}, cut at ${cut}`).toBe('thermostat-0001')
      await readDevice(found)
    }
  }
})

test('an enrolled device is not enrolled again', async () => {
  const authority = new Authority()
  const set = { claim, disk: new VirtualDisk(), ...world((request) => authority.redeem(request)) }
  const device = await enrolDevice(set)
  expect(await enrolDevice(set)).toEqual(device)
  expect(authority.requests).toHaveLength(1)
})

test("the server's refusal is told by its own code", async () => {
  const set = { claim, disk: new VirtualDisk(), ...world(async () => undefined) }
  await expect(enrolDevice(set)).rejects.toMatchObject({ code: 'enrol.token', facts: { why: 'used up' } })
})

test('a certificate of another key is not taken', async () => {
  const other = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const disk = new VirtualDisk()
  const answer = async ({ csrPem }: EnrolRequest) =>
    await certify(new Pkcs10CertificateRequest(csrPem), other.publicKey)
  await expect(enrolDevice({ claim, disk, ...world(answer) })).rejects.toMatchObject({ code: 'check.refused' })
  expect(await disk.read('device.json')).toBeUndefined()
})

test('attack 29 plaintext: a claim that names an address without TLS sends its token nowhere', async () => {
  const authority = new Authority()
  const set = world((request) => authority.redeem(request))
  const plain = { ...claim, enrolUrl: 'http://people.test' }
  await expect(enrolDevice({ claim: plain, disk: new VirtualDisk(), ...set })).rejects.toBeInstanceOf(Fault)
  expect(authority.requests).toEqual([])
})
