// Signing in: a link works once, a session ends, and no other site can use it.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { TrialHouse } from '../trial/trial-house.ts'
import { createSignInLink, forgetEnded } from './sign-in.ts'

const HOUR_MS = 3_600_000
const HERE = { 'sec-fetch-site': 'same-origin' }

let trial: TrialHouse

beforeEach(async () => {
  trial = await TrialHouse.open()
})

afterEach(() => trial.close())

const newLink = async () => {
  const { url } = await createSignInLink(trial.house, { name: 'ada', role: 'admin' })
  const [, link = ''] = url.split('/#/sign-in?link=')
  return link
}

const signIn = (link: string, headers: Record<string, string> = HERE) =>
  trial.people.inject({ method: 'POST', url: '/api/v1/session', headers, payload: { link } })

const signedIn = async () => {
  const response = await signIn(await newLink())
  const [cookie] = response.cookies
  return { response, cookie: `${cookie?.name}=${cookie?.value}` }
}

const who = (cookie: string) => trial.people.inject({ url: '/api/v1/session', headers: { cookie, ...HERE } })

test('the link carries its secret behind the #, where no server and no log sees it', async () => {
  const { url, expiresAtMs } = await createSignInLink(trial.house, { name: 'ada', role: 'admin' })
  expect(url).toMatch(/^https:\/\/people\.test\/#\/sign-in\?link=sealift_link_[A-Za-z0-9_-]{43}$/)
  expect(expiresAtMs).toBe(trial.clock.nowMs() + HOUR_MS)
})

test('a link becomes a session, with a cookie that no script, no other host and no plain connection gets', async () => {
  const { response, cookie } = await signedIn()
  expect(response.json()).toMatchObject({ name: 'ada', role: 'admin' })
  const header = String(response.headers['set-cookie'])
  expect(header).toMatch(/^__Host-sealift=sealift_session_/)
  for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(header).toContain(attribute)
  expect(header).not.toContain('Domain')
  expect((await who(cookie)).json()).toEqual(response.json())
})

test('a link works once', async () => {
  const link = await newLink()
  expect((await signIn(link)).statusCode).toBe(200)
  expect((await signIn(link)).json()).toMatchObject({ status: 403, code: 'access.link' })
})

test('a link works once, however many try at the same moment', async () => {
  const link = await newLink()
  const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(link)))
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
})

test('a link is good for an hour', async () => {
  const link = await newLink()
  await trial.clock.advance(HOUR_MS)
  expect((await signIn(link)).json()).toMatchObject({ status: 403, code: 'access.link' })
})

test('links, sessions and tokens are kept as hashes', async () => {
  const link = await newLink()
  const { cookie } = await signedIn()
  const { store } = trial.house
  const kept = JSON.stringify([
    await store.selectFrom('sign_in_link').selectAll().execute(),
    await store.selectFrom('session').selectAll().execute(),
    await store.selectFrom('api_token').selectAll().execute(),
  ])
  for (const secret of [link, cookie.split('=')[1] ?? '', trial.token]) {
    expect(secret.length).toBeGreaterThan(40)
    expect(kept).not.toContain(secret)
  }
})

test('attack 37 session theft: signing out ends the session on the server', async () => {
  const { cookie } = await signedIn()
  const out = await trial.people.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, ...HERE } })
  expect(out.statusCode).toBe(204)
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0')
  expect((await who(cookie)).json()).toMatchObject({ status: 401, code: 'access.required' })
})

test('a session that is used goes on, one that rests for eight hours ends', async () => {
  const { cookie } = await signedIn()
  for (let i = 0; i < 3; i++) {
    await trial.clock.advance(8 * HOUR_MS - 1)
    expect((await who(cookie)).statusCode).toBe(200)
  }
  await trial.clock.advance(8 * HOUR_MS)
  expect((await who(cookie)).statusCode).toBe(401)
})

test('no session lasts longer than a week', async () => {
  const { cookie } = await signedIn()
  for (let i = 0; i < 27; i++) {
    await trial.clock.advance(6 * HOUR_MS)
    expect((await who(cookie)).statusCode).toBe(200)
  }
  await trial.clock.advance(6 * HOUR_MS)
  expect((await who(cookie)).statusCode).toBe(401)
})

test('what has ended is forgotten', async () => {
  await newLink()
  await signedIn()
  await trial.clock.advance(8 * HOUR_MS)
  await forgetEnded(trial.house)
  expect(await trial.house.store.selectFrom('session').selectAll().execute()).toEqual([])
  expect(await trial.house.store.selectFrom('sign_in_link').selectAll().execute()).toEqual([])
  expect(await trial.house.store.selectFrom('api_token').select('name').execute()).toEqual([{ name: 'command line' }])
})

const forgeries: [story: string, headers: Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['another origin, from a browser that says only that', { origin: 'https://evil.test', host: 'people.test' }],
  ['the same host without TLS', { origin: 'http://people.test', host: 'people.test' }],
  ['a sandboxed frame', { origin: 'null', host: 'people.test' }],
  ['nobody knows where', {}],
]

test.each(forgeries)(
  'attack 38 CSRF: a request from %s is refused, with the cookie and without',
  async (_story, headers) => {
    const { cookie } = await signedIn()
    const change = await trial.people.inject({
      method: 'POST',
      url: '/api/v1/sign-in-links',
      headers: { cookie, ...headers },
    })
    expect(change.json()).toMatchObject({ status: 403, code: 'access.forged' })
    const link = await newLink()
    expect((await signIn(link, headers)).json()).toMatchObject({ status: 403, code: 'access.forged' })
    expect((await signIn(link)).statusCode).toBe(200)
  },
)

test('attack 38: another site may not even look, nor watch', async () => {
  const { cookie } = await signedIn()
  for (const url of ['/api/v1/session', '/api/v1/live', '/api/v1/devices']) {
    const response = await trial.people.inject({ url, headers: { cookie, 'sec-fetch-site': 'cross-site' } })
    expect(response.json()).toMatchObject({ status: 403, code: 'access.forged' })
  }
})

test('an older browser that says its origin is let in', async () => {
  const { cookie } = await signedIn()
  const headers = { cookie, origin: 'https://people.test', host: 'people.test' }
  const made = await trial.people.inject({ method: 'POST', url: '/api/v1/sign-in-links', headers })
  expect(made.statusCode).toBe(201)
  expect(made.json().url).toContain('/#/sign-in?link=')
})

test('a form of another site cannot speak JSON in disguise', async () => {
  const { cookie } = await signedIn()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const headers = { cookie, ...HERE, 'content-type': type }
    const response = await trial.people.inject({ method: 'POST', url: '/api/v1/claims', headers, payload: '{}' })
    expect(response.json()).toMatchObject({ status: 415, code: 'assign.invalid' })
  }
})

test('attack 36 token attacks: only the whole token, only in its header, only until its date', async () => {
  const ask = async (headers: Record<string, string>, url = '/api/v1/session') =>
    (await trial.people.inject({ url, headers })).statusCode
  expect(await ask({ authorization: `Bearer ${trial.token}` })).toBe(200)
  expect(await ask({ authorization: `bearer${trial.token}` })).toBe(401)
  expect(await ask({ authorization: `Bearer ${trial.token.slice(0, -1)}` })).toBe(401)
  expect(await ask({ authorization: `Basic ${trial.token}` })).toBe(401)
  expect(await ask({}, `/api/v1/session?token=${trial.token}`)).toBe(401)
  expect(await ask({ cookie: `__Host-sealift=${trial.token}` })).toBe(401)
  await trial.clock.advance(365 * 24 * HOUR_MS)
  expect(await ask({ authorization: `Bearer ${trial.token}` })).toBe(401)
})

test('whoever tries links or tokens is locked out, from that address only, and not for ever', async () => {
  const from = (remoteAddress: string, link: string) =>
    trial.people.inject({ method: 'POST', url: '/api/v1/session', headers: HERE, payload: { link }, remoteAddress })
  for (let i = 0; i < 10; i++) expect((await from('192.0.2.1', `guess ${i}`)).statusCode).toBe(403)
  const link = await newLink()
  expect((await from('192.0.2.1', link)).json()).toMatchObject({ status: 429, code: 'access.rate' })
  expect((await from('192.0.2.2', 'one guess')).statusCode).toBe(403)
  await trial.clock.advance(60_000)
  expect((await from('192.0.2.1', link)).statusCode).toBe(200)
})

test('a sign-in and a new link are in the journal, their secrets are not', async () => {
  const { cookie } = await signedIn()
  await trial.people.inject({ method: 'POST', url: '/api/v1/sign-in-links', headers: { cookie, ...HERE } })
  const { entries } = (await trial.ask({ url: '/api/v1/journal' })).json()
  expect(entries).toMatchObject([
    { action: 'sign-in-link.made', actor: { kind: 'person', id: 'ada' } },
    { action: 'session.begun', actor: { kind: 'person', id: 'ada' } },
  ])
  expect(JSON.stringify(entries)).not.toContain('sealift_')
})
