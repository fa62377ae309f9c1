// A device comes to its identity: it makes its key, redeems its claim, and keeps what it will trust from now on.

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type Claim,
  checkShape,
  Enrolled,
  EnrolRequest,
  Fault,
  isFaultCode,
  PEOPLE_ROUTES,
  Problem,
  parseJson,
} from '@sealift/protocol'
import { type Clock, type Disk, type Network, replaceFile } from '@sealift/world'
import { type Answer, ask } from './ask.ts'
import { type DeviceFile, readDeviceFile } from './device-file.ts'
import { FILES } from './folder.ts'
import { BLANK } from './journal.ts'
import { ANSWER_BYTES_MAX } from './limits.ts'

export type EnrolOptions = {
  readonly claim: Claim
  /** The device's folder. */
  readonly disk: Disk
  /** Trusts `claim.serverCaPem`, and shows no certificate. */
  readonly network: Network
  readonly clock: Clock
  /** Wish for the name; the server decides. */
  readonly serial?: string
  readonly signal?: AbortSignal
}

const newKeyPair = promisify(generateKeyPair)

/**
 * Redeem a claim. `device.json` is written last: until then the device is not enrolled, and this may be called again
 * with the same claim after a power cut or a lost reply, for the key is kept before it is first used.
 *
 * @returns the device as the server named it; of an enrolled device what stands in its folder
 * @throws {Fault} `enrol.token`, `enrol.request`, `enrol.identity`, `check.*`, `keep.damaged`
 */
export async function enrolDevice(options: EnrolOptions): Promise<DeviceFile> {
  const { claim, disk } = options
  const enrolled = await readDeviceFile(disk)
  if (enrolled) return enrolled
  const key = await keepKey(disk)
  const { deviceId, certificatePem, pollMs } = await redeem(options, key)
  requireOurs(certificatePem, key)
  const device: DeviceFile = {
    format: 'sealift-device-1',
    id: deviceId,
    product: claim.product,
    hardwareId: claim.hardwareId,
    deviceUrl: claim.deviceUrl,
    pollMs,
  }
  const files: [name: string, text: string][] = [
    [FILES.certificate, certificatePem],
    [FILES.serverCa, claim.serverCaPem],
    [FILES.directorRoot, claim.directorRoot],
    [FILES.imageRoot, claim.imageRoot],
    [FILES.bootKeys, JSON.stringify(claim.bootKeysPem)],
    [FILES.journal, JSON.stringify(BLANK)],
    [FILES.device, JSON.stringify(device)],
  ]
  for (const [name, text] of files) await replaceFile(disk, name, Buffer.from(text))
  return device
}

async function keepKey(disk: Disk): Promise<KeyObject> {
  const kept = await disk.read(FILES.key)
  if (kept) return readKey(kept)
  const { privateKey } = await newKeyPair('ec', { namedCurve: 'P-256' })
  await replaceFile(disk, FILES.key, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  return privateKey
}

function readKey(pem: Uint8Array): KeyObject {
  try {
    return createPrivateKey(Buffer.from(pem))
  } catch (error) {
    throw new Fault('keep.damaged', { file: FILES.key }, { cause: error })
  }
}

async function redeem(options: EnrolOptions, key: KeyObject): Promise<Enrolled> {
  const { claim, clock, network, serial, signal = new AbortController().signal } = options
  const wish = { token: claim.token, csrPem: await newRequest(key), ...(serial !== undefined && { serial }) }
  const answer = await ask(
    { world: { clock, network }, signal },
    {
      method: 'POST',
      url: claim.enrolUrl + PEOPLE_ROUTES.enrol,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(checkShape(EnrolRequest, wish, 'enrol.request'))),
    },
    ANSWER_BYTES_MAX,
  )
  if (answer.status !== 200 && answer.status !== 201) throw refusalOf(answer)
  return parseJson(Enrolled, answer.body, { lengthBytesMax: ANSWER_BYTES_MAX }, 'check.refused')
}

// Loaded here only: a running agent has no use for it, and no memory to spare.
async function newRequest(key: KeyObject): Promise<string> {
  await import('reflect-metadata')
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const publicKey = await crypto.subtle.importKey('spki', spkiOf(key), algorithm, true, ['verify'])
  const privateKey = key.toCryptoKey(algorithm, false, ['sign'])
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name: 'CN=device', keys: { publicKey, privateKey }, signingAlgorithm: algorithm },
    crypto,
  )
  return request.toString('pem')
}

function spkiOf(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
}

function refusalOf({ status, body }: Answer): Fault {
  const problem = problemOf(body)
  if (problem && isFaultCode(problem.code)) return new Fault(problem.code, problem.facts)
  return new Fault('check.refused', { status })
}

function problemOf(body: Uint8Array): Problem | undefined {
  try {
    return parseJson(Problem, body, { lengthBytesMax: ANSWER_BYTES_MAX }, 'check.refused')
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

// A certificate of another key would be of no use, and a sign that the server mixes devices up.
function requireOurs(certificatePem: string, key: KeyObject): void {
  let isOurs = false
  try {
    isOurs = new X509Certificate(certificatePem).checkPrivateKey(key)
  } catch (error) {
    throw new Fault('check.refused', { why: 'not a certificate' }, { cause: error })
  }
  if (!isOurs) throw new Fault('check.refused', { why: 'the certificate is of another key' })
}
