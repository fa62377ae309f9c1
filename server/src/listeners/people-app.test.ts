// What holds for every route of the people listener: who may ask, how it refuses, what a browser is told.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEVICE_ROUTES, FAULTS, PEOPLE_ROUTES } from '@sealift/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TrialHouse } from '../trial/trial-house.ts'
import { buildPeopleApp } from './people-app.ts'

let trial: TrialHouse

beforeAll(async () => {
  trial = await TrialHouse.open()
  await trial.addProduct('lamp')
})

afterAll(() => trial.close())

const post = (payload: string, headers: Record<string, string> = {}) =>
  trial.ask({
    method: 'POST',
    url: PEOPLE_ROUTES.claims,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  })

type Described = { responses: Record<string, unknown>; summary?: string; tags?: string[]; security?: unknown[] }

const described = async () => {
  const { paths, openapi } = (await trial.people.inject({ url: PEOPLE_ROUTES.openapi })).json()
  return { openapi, paths: paths as Record<string, Record<string, Described>> }
}

const operationsOf = ({ servers: _, ...operations }: Record<string, Described>) => Object.values(operations)

test('every route of the protocol is there, and described (OpenAPI 3.1)', async () => {
  const { openapi, paths } = await described()
  expect(openapi).toBe('3.1.0')
  const wanted = [...Object.values(PEOPLE_ROUTES), ...Object.values(DEVICE_ROUTES)]
    .filter((route) => route !== PEOPLE_ROUTES.openapi)
    .map((route) => route.replaceAll(/:([a-zA-Z0-9]+)/g, '{$1}').replace('*', '{*}'))
  expect(Object.keys(paths).sort()).toEqual(wanted.sort())
  for (const operation of Object.values(paths).flatMap(operationsOf)) {
    expect(operation.summary, JSON.stringify(operation).slice(0, 200)).toBeTruthy()
    expect(operation.tags).toHaveLength(1)
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['4XX', '5XX']))
  }
})

test('attack 35: every route that is not said to be open asks who you are', async () => {
  const { paths } = await described()
  for (const [path, operations] of Object.entries(paths)) {
    if (path.startsWith('/device/')) continue
    for (const [method, { security }] of Object.entries(operations)) {
      const url = path.replaceAll(/\{[a-z0-9]+\}/gi, 'x')
      const headers = { authorization: 'Bearer nobody' }
      const remoteAddress = `192.0.2.${Math.abs(path.length * 7 + method.length)}`
      const response = await trial.people.inject({ method: method.toUpperCase() as 'GET', url, headers, remoteAddress })
      const open = security?.length === 0
      expect([open, response.statusCode === 401], `${method} ${path}`).toEqual([open, !open])
    }
  }
})

test('a refusal is a problem document with the words of the fault table (RFC 9457)', async () => {
  const response = await trial.ask({ url: '/api/v1/products/kettle' })
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(response.json()).toEqual({
    type: 'urn:sealift:fault:assign.unknown',
    title: FAULTS['assign.unknown'].means,
    status: 404,
    detail: FAULTS['assign.unknown'].means,
    code: 'assign.unknown',
    next: FAULTS['assign.unknown'].next,
    facts: { product: 'kettle' },
  })
})

test('a path that is not there is a problem document too', async () => {
  for (const url of ['/nowhere', '/api/v1/nowhere', '/api/v1']) {
    const response = await trial.people.inject({ url })
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.json()).toMatchObject({ status: 404, code: 'assign.unknown' })
  }
})

test('who is not signed in is told how to be', async () => {
  const response = await trial.people.inject({ url: '/api/v1/fleet', headers: { 'sec-fetch-site': 'same-origin' } })
  expect(response.json()).toMatchObject({ status: 401, code: 'access.required' })
  expect(response.headers['www-authenticate']).toMatch(/^Bearer/)
})

const claim = '{"product":"lamp","hardwareId":"lamp-1"'
const malformed: [story: string, body: string, status: number, code: string][] = [
  ['no JSON', '{', 400, 'assign.invalid'],
  ['nothing', '', 400, 'assign.invalid'],
  ['a field of the wrong kind', '{"product":7,"hardwareId":"lamp-1"}', 400, 'assign.invalid'],
  ['attack 42: nested ten thousand deep', '['.repeat(10_000) + ']'.repeat(10_000), 400, 'assign.invalid'],
  ['attack 47: __proto__', `${claim},"__proto__":{"devices":9}}`, 400, 'assign.invalid'],
  ['attack 47: __proto__ in disguise', `${claim},"\\u005f_proto__":{"devices":9}}`, 400, 'assign.invalid'],
  ['attack 47: __proto__ deep down', `${claim},"x":[{"y":{"__proto__":1}}]}`, 400, 'assign.invalid'],
  ['more than the route takes', `${claim},"x":"${'x'.repeat(70_000)}"}`, 413, 'access.limit'],
]

test.each(malformed)('refuses %s', async (_story, body, status, code) => {
  expect((await post(body)).json()).toMatchObject({ status, code })
})

test('a refusal names the field', async () => {
  const { facts } = (await post('{"product":"lamp","hardwareId":"lamp-1","devices":0}')).json()
  expect(facts.at).toBe('body/devices')
})

test('bytes that are not UTF-8 are refused', async () => {
  const response = await trial.ask({
    method: 'POST',
    url: PEOPLE_ROUTES.claims,
    headers: { 'content-type': 'application/json' },
    payload: Buffer.from([0x22, 0xff, 0x22]),
  })
  expect(response.json()).toMatchObject({ status: 400, code: 'assign.invalid' })
})

test('attack 39 XSS: a browser runs nothing but our own files, and shows us in no frame', async () => {
  for (const url of ['/', '/healthz', '/nowhere', '/api/v1/fleet']) {
    const { headers } = await trial.people.inject({ url })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
      'referrer-policy': 'no-referrer',
    })
  }
})

test('what the interface answers is kept by no cache', async () => {
  expect((await trial.ask({ url: '/api/v1/products' })).headers['cache-control']).toBe('no-store')
})

test('a bug is answered without its details, and logged with them', async () => {
  trial.logged.length = 0
  await trial.house.store.schema.alterTable('product').renameTo('lost').execute()
  const response = await trial.ask({ url: '/api/v1/products' })
  await trial.house.store.schema.alterTable('lost').renameTo('product').execute()
  expect(response.json()).toMatchObject({ status: 500, code: 'internal', facts: {} })
  expect(response.body).not.toContain('no such table')
  expect(trial.logged.join()).toContain('no such table')
})

test('attack 53: the log has no secret in it', async () => {
  trial.logged.length = 0
  const { token } = await trial.claim('lamp')
  await trial.people.inject({ method: 'POST', url: PEOPLE_ROUTES.enrol, payload: { token, csrPem: 'x' } })
  await trial.people.inject({ url: `/api/v1/session?token=${trial.token}` })
  await trial.people.inject({ url: '/api/v1/fleet', headers: { cookie: '__Host-sealift=sealift_session_x' } })
  expect(trial.logged).toHaveLength(4)
  expect(trial.logged.join('\n')).not.toMatch(/sealift_(token|claim|session|link)/)
  expect(JSON.parse(trial.logged[0] ?? '')).toMatchObject({
    listener: 'people',
    method: 'POST',
    route: PEOPLE_ROUTES.claims,
    status: 201,
    actor: { kind: 'token', id: 'command line' },
    time: trial.clock.nowMs(),
  })
})

test('health is for everybody and says no more than that', async () => {
  const response = await trial.people.inject({ url: '/healthz' })
  expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok', version: '0.1.0' }])
})

test('without a built console the front page says how to build it', async () => {
  const response = await trial.people.inject({ url: '/' })
  expect(response.headers['content-type']).toMatch(/^text\/html/)
  expect(response.body).toContain('npm run build')
})

test('a built console is served, its named files for ever, its page never from a cache', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealift-console-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>')
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(folder, '.env'), 'SECRET=1')
  const app = await buildPeopleApp(trial.house, { consoleFolder: folder })
  const page = await app.inject({ url: '/' })
  expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache'])
  expect(page.body).toContain('console')
  const script = await app.inject({ url: '/assets/index-abc.js' })
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  for (const url of ['/.env', '/..%2f..%2fetc%2fpasswd', '/assets/nowhere.js']) {
    expect((await app.inject({ url })).json()).toMatchObject({ code: expect.stringMatching(/unknown|denied/) })
  }
  await app.close()
  rmSync(folder, { recursive: true })
})

test('metrics count what happened, and only for those who are signed in', async () => {
  expect((await trial.people.inject({ url: '/metrics', headers: { 'sec-fetch-site': 'none' } })).statusCode).toBe(401)
  await trial.enrol('lamp')
  const { body, headers } = await trial.ask({ url: '/metrics' })
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(body).toContain('sealift_devices{product="lamp",status="enrolled"} 1')
  expect(body).toMatch(/sealift_refusals_total\{code="assign.unknown"\} \d+/)
  expect(body).toMatch(/sealift_request_seconds_count\{listener="people",route="\/healthz",status="2xx"\} \d+/)
  expect(body).toMatch(/sealift_metadata_expires_seconds\{role="timestamp"\} 1795219200/)
})
