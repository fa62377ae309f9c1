// Enrolment: one claim, one key, one device; and nothing else gets in.

import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newDeviceRequest, requestFor } from '../trial/trial-certificates.ts'
import { NOW_MS, TrialHouse } from '../trial/trial-house.ts'

const DAY_MS = 86_400_000

let trial: TrialHouse

beforeEach(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
})

afterEach(() => trial.close())

const redeem = (payload: object) => trial.people.inject({ method: 'POST', url: '/enrol/v1/claim', payload })

const usesLeft = async () =>
  (await trial.house.store.selectFrom('claim').select('uses_left').execute()).map((claim) => claim.uses_left)

test('a claim carries everything that a device must trust from then on', async () => {
  const claim = await trial.claim('lamp', 5)
  expect(claim).toMatchObject({
    format: 'sealift-claim-1',
    expiresAtMs: NOW_MS + DAY_MS,
    product: 'lamp',
    hardwareId: 'lamp-1',
    enrolUrl: 'https://people.test',
    deviceUrl: 'https://device.test',
    bootKeysPem: [expect.stringContaining('BEGIN PUBLIC KEY')],
  })
  expect(JSON.parse(claim.imageRoot).signed._type).toBe('root')
  expect(JSON.parse(claim.directorRoot).signed.roles.targets.keyids).toHaveLength(2)
})

test('a device gets a name and a certificate for itself, for one year, under the device CA', async () => {
  const { token } = await trial.claim('lamp')
  const { csrPem, key } = await newDeviceRequest()
  const { deviceId, certificatePem, pollMs } = (await redeem({ token, csrPem, serial: 'a1b2' })).json()
  expect([deviceId, pollMs]).toEqual(['lamp-a1b2', 1_000])
  const certificate = new X509Certificate(certificatePem)
  expect(certificate.subject).toBe('CN=lamp-a1b2')
  expect(certificate.subjectAltName).toBe('URI:urn:sealift:device:lamp-a1b2')
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  expect(certificate.ca).toBe(false)
  expect(certificate.checkPrivateKey(key)).toBe(true)
  expect(certificate.validToDate.getTime()).toBe(NOW_MS + 365 * DAY_MS)
  const authority = new X509Certificate(trial.house.keys.deviceCa.certificatePem)
  expect(certificate.verify(authority.publicKey)).toBe(true)
  expect(certificate.checkIssued(authority)).toBe(true)
})

test('the certificate opens the device listener', async () => {
  const device = await trial.enrol('lamp')
  expect((await trial.as(device, { url: '/device/v1/check' })).statusCode).toBe(200)
})

test('a device that lost the answer asks again and gets the same, even after the claim is used up and over', async () => {
  const { token } = await trial.claim('lamp')
  const { csrPem } = await newDeviceRequest()
  const first = await redeem({ token, csrPem })
  await trial.clock.advance(2 * DAY_MS)
  expect((await redeem({ token, csrPem })).json()).toEqual(first.json())
  expect(await usesLeft()).toEqual([0])
})

test('a claim for three brings in three, and no fourth', async () => {
  const { token } = await trial.claim('lamp', 3)
  const statuses: number[] = []
  for (let i = 0; i < 4; i++)
    statuses.push((await redeem({ token, csrPem: (await newDeviceRequest()).csrPem })).statusCode)
  expect(statuses).toEqual([200, 200, 200, 403])
})

test('attack 45 mass enrolment: a claim for one brings in one, however many ask at the same moment', async () => {
  const { token } = await trial.claim('lamp')
  const requests = await Promise.all(Array.from({ length: 8 }, newDeviceRequest))
  const answers = await Promise.all(requests.map(({ csrPem }) => redeem({ token, csrPem })))
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
  expect(await usesLeft()).toEqual([0])
})

test('a claim past its date is refused', async () => {
  const { token } = await trial.claim('lamp')
  await trial.clock.advance(DAY_MS)
  expect((await redeem({ token, csrPem: (await newDeviceRequest()).csrPem })).json()).toMatchObject({
    status: 403,
    code: 'enrol.token',
  })
})

test('attack 45: whoever guesses tokens is locked out, and let in again later', async () => {
  const { csrPem } = await newDeviceRequest()
  const { token } = await trial.claim('lamp')
  for (let i = 0; i < 10; i++) expect((await redeem({ token: `guess ${i}`, csrPem })).json().code).toBe('enrol.token')
  const locked = await redeem({ token, csrPem })
  expect(locked.json()).toMatchObject({ status: 429, code: 'access.rate' })
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0)
  await trial.clock.advance(60_000)
  expect((await redeem({ token, csrPem })).statusCode).toBe(200)
})

test('the token is kept as a hash: who reads the database cannot enrol', async () => {
  const { token } = await trial.claim('lamp')
  const rows = await trial.house.store.selectFrom('claim').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(token)
})

test('the same serial number twice makes two names', async () => {
  const { token } = await trial.claim('lamp', 2)
  const first = (await redeem({ token, csrPem: (await newDeviceRequest()).csrPem, serial: '7' })).json()
  const second = (await redeem({ token, csrPem: (await newDeviceRequest()).csrPem, serial: '7' })).json()
  expect(first.deviceId).toBe('lamp-7')
  expect(second.deviceId).toMatch(/^lamp-7-[a-z0-9]{10}$/)
})

test('attack 31 cloned device: one key cannot become two devices', async () => {
  const { token } = await trial.claim('lamp', 2)
  const other = await trial.claim('lamp')
  const { csrPem } = await newDeviceRequest()
  await redeem({ token, csrPem })
  expect((await redeem({ token: other.token, csrPem })).json()).toMatchObject({ status: 400, code: 'enrol.request' })
})

test('a retired device cannot fetch its certificate again', async () => {
  const { token } = await trial.claim('lamp')
  const { csrPem } = await newDeviceRequest()
  const { deviceId } = (await redeem({ token, csrPem })).json()
  await trial.ask({ method: 'DELETE', url: `/api/v1/devices/${deviceId}` })
  expect((await redeem({ token, csrPem })).json()).toMatchObject({ status: 403, code: 'enrol.identity' })
})

const crooked: [story: string, csrPem: () => Promise<string>][] = [
  ['no request at all', async () => 'hello'],
  ['an empty one', async () => '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n'],
  [
    'one with a bit changed under the signature',
    async () => {
      const { csrPem } = await newDeviceRequest()
      const der = Buffer.from(csrPem.replace(/-----[^-]+-----/g, ''), 'base64')
      der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1
      return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    },
  ],
  [
    'one for a P-384 key',
    async () => {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      return await requestFor(keys, algorithm)
    },
  ],
  [
    'one for an RSA key',
    async () => {
      const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const keys = {
        privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
        publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
      }
      return await requestFor(keys, algorithm)
    },
  ],
  ['two of them', async () => (await newDeviceRequest()).csrPem + (await newDeviceRequest()).csrPem],
]

test.each(crooked)('a certificate request that is %s is refused, and costs no claim', async (_story, csrPem) => {
  const { token } = await trial.claim('lamp')
  expect((await redeem({ token, csrPem: await csrPem() })).json()).toMatchObject({ status: 400, code: 'enrol.request' })
  expect(await usesLeft()).toEqual([1])
})

const kinds: [story: string, payload: object, status: number, code: string][] = [
  ['a product that is not there', { product: 'kettle', hardwareId: 'lamp-1' }, 404, 'assign.unknown'],
  ['hardware of another product', { product: 'lamp', hardwareId: 'kettle-1' }, 400, 'assign.invalid'],
  ['too many at once', { product: 'lamp', hardwareId: 'lamp-1', devices: 1_000_000 }, 400, 'assign.invalid'],
  [
    'a field that is none (attack 35)',
    { product: 'lamp', hardwareId: 'lamp-1', createdBy: 'x' },
    400,
    'assign.invalid',
  ],
]

test.each(kinds)('no claim for %s', async (_story, payload, status, code) => {
  const made = await trial.ask({ method: 'POST', url: '/api/v1/claims', payload })
  expect(made.json()).toMatchObject({ status, code })
  expect(await usesLeft()).toEqual([])
})
