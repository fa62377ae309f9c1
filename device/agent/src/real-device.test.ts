// Real processes on a real disk over real TLS: the agent, its boot stage, and images that are programs.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Request, replaceFile } from '@sealift/world'
import { lockFolder, realDisk } from '@sealift/world/real'
import { afterEach, expect, test } from 'vitest'
import { Authority } from '../test/certificates.ts'
import { DEVICE_ID, devicePrivateKey, layDevice } from '../test/device.ts'
import { Publisher } from '../test/publisher.ts'
import { ORIGIN, Server } from '../test/server.ts'
import { readStatus } from './agent-status.ts'
import { FILES } from './folder.ts'
import { silent } from './log.ts'
import { runDevice } from './real-device.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

const cleanUp: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean()
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealift-agent-'))
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A program that serves its health and says its version. */
function program(version: string, healthy = true): Uint8Array {
  return Buffer.from(`#!/usr/bin/env node
// ${version}
const body = JSON.stringify({ healthy: ${healthy}, why: 'told so' })
require('node:http').createServer((request, reply) => reply.writeHead(${healthy ? 200 : 503}).end(body))
  .listen(process.env.SEALIFT_HEALTH_SOCKET)
process.on('SIGTERM', () => process.exit(0))
`)
}

type Device = { readonly folder: string; readonly server: Server; readonly publisher: Publisher }

async function newDevice(): Promise<Device> {
  const authority = await Authority.make()
  const publisher = await Publisher.make(Date.now(), DEVICE_ID)
  await publisher.publishImages()
  await publisher.assign(undefined, { whyNot: 'wave_not_reached' })
  const server = new Server(publisher, devicePrivateKey)
  server.pollMs = 200
  const deviceUrl = await listen(server, authority)
  const folder = await newFolder()
  const disk = realDisk(folder)
  await layDevice(disk, publisher, program('1.0.0'), { deviceUrl, pollMs: 200, boot: { healthIntervalMs: 100 } })
  const { certificatePem } = await authority.device(devicePrivateKey)
  await replaceFile(disk, FILES.certificate, Buffer.from(certificatePem))
  await replaceFile(disk, FILES.serverCa, Buffer.from(authority.caPem))
  return { folder, server, publisher }
}

async function listen(server: Server, authority: Authority): Promise<string> {
  const { keyPem, certificatePem } = await authority.server()
  const tls = { key: keyPem, cert: certificatePem, ca: authority.caPem, minVersion: 'TLSv1.3' as const }
  const https = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, reply) => {
    void answer(server, request, reply)
  })
  https.listen(0, '127.0.0.1')
  await once(https, 'listening')
  cleanUp.push(() => close(https))
  return `https://127.0.0.1:${(https.address() as AddressInfo).port}`
}

async function answer(server: Server, incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
  const body: Uint8Array[] = []
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) body.push(chunk)
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  const method = incoming.method as Request['method']
  const said = server.host({ method, url: ORIGIN + incoming.url, headers, body: Buffer.concat(body) })
  reply.writeHead(said.status, said.headers)
  const chunks = said.body instanceof Uint8Array ? [said.body] : (said.body ?? [])
  for await (const chunk of chunks) reply.write(chunk)
  reply.end()
}

async function close(https: HttpsServer): Promise<void> {
  https.closeAllConnections()
  https.close()
  await once(https, 'close')
}

/** The agent as a program, as an operator starts it. */
function start(folder: string) {
  const child = spawn(process.execPath, [MAIN, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return await exited
  }
  cleanUp.push(() => stop('SIGKILL'))
  return { stop, exited, words: () => words, pid: child.pid ?? 0 }
}

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await done()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect.fail(`never came: ${what}`)
}

async function offer({ publisher, server }: Device, version: string, image: Uint8Array): Promise<void> {
  const published = await publisher.release(version, image)
  server.store(published.path, published.target.hashes['sha256'] ?? '', image)
  await publisher.assign(published)
}

test('a real device updates itself, also when its agent is killed on the way', { timeout: 60_000 }, async () => {
  const device = await newDevice()
  const { server, folder } = device
  const first = start(folder)
  await until('a first word', () => server.events().includes('idle wave_not_reached'))
  await offer(device, '2.0.0', program('2.0.0'))
  await until('the boot of the new image', () => server.events().includes('progress boot'))
  await first.stop('SIGKILL')

  const second = start(folder)
  await until('the confirmation', () => server.events().includes('confirmed 2.0.0'))
  const status = await readStatus(realDisk(folder))
  expect(status?.running.version).toBe('2.0.0')
  expect(server.replays).toEqual([])

  expect(await second.stop('SIGTERM')).toBe(0)
  expect(second.words()).not.toContain('PRIVATE')
  for (const line of second.words().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
})

test('a second agent on the same folder says that it is busy, and leaves the first alone', {
  timeout: 60_000,
}, async () => {
  const device = await newDevice()
  const first = start(device.folder)
  await until('a first word', () => device.server.events().length > 0)
  const second = start(device.folder)
  expect(await second.exited).toBe(1)
  expect(JSON.parse(second.words())).toMatchObject({ event: 'agent.refused', code: 'keep.busy', pid: first.pid })
  expect(await first.stop('SIGTERM')).toBe(0)
})

test('when the boot stage dies, the device is power-cycled and goes on', { timeout: 60_000 }, async () => {
  const device = await newDevice()
  const agent = start(device.folder)
  await until('a first word', () => device.server.events().length > 0)
  process.kill(Number(await readFile(join(device.folder, 'boot', 'lock.pid'), 'utf8')), 'SIGKILL')
  await until('a word from the next boot', () => device.server.reports.some(({ bootCount }) => bootCount === 2))
  expect(agent.words()).toContain('boot-stage.ended')
  expect(await agent.stop('SIGTERM')).toBe(0)
})

test('a folder that holds no device is said to, and nothing is made in it', async () => {
  const folder = join(await newFolder(), 'nothing-here')
  const { signal } = new AbortController()
  await expect(runDevice(folder, { signal, log: silent })).rejects.toMatchObject({ code: 'keep.missing' })
  await expect(readFile(join(folder, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the lock is given back', { timeout: 60_000 }, async () => {
  const { folder, server } = await newDevice()
  const off = new AbortController()
  const running = runDevice(folder, { signal: off.signal, log: silent })
  await until('a first word', () => server.events().length > 0)
  off.abort()
  await running
  await (await lockFolder(folder)).release()
})
