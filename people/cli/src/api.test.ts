import { Health, PEOPLE_ROUTES } from '@sealift/protocol'
import { type Network, NetworkError, type Reply, type Request } from '@sealift/world'
import { expect, test } from 'vitest'
import { apiOver, linesOf } from './api.ts'
import type { Connection } from './org.ts'

const CONNECTION: Connection = { url: 'https://server.test:8443/', serverCaPem: 'PEM', token: 'secret' }
const HEALTH = PEOPLE_ROUTES.health

test('asks with the token, and takes an answer of the wanted shape', async () => {
  const asked: Request[] = []
  const answer = (request: Request) => {
    asked.push(request)
    return json(200, { status: 'ok', version: '1' })
  }
  const api = apiOver(network(answer), CONNECTION)
  expect(await api.get(Health, HEALTH, { limit: 5, after: undefined })).toEqual({ status: 'ok', version: '1' })
  expect(asked[0]).toMatchObject({
    method: 'GET',
    url: 'https://server.test:8443/healthz?limit=5',
    headers: { authorization: 'Bearer secret' },
  })
})

test.each([
  ['another shape', json(200, { status: 'ill' }), 'check.refused'],
  ['no JSON', reply(200, 'hello'), 'check.refused'],
  ['a captive portal', reply(200, '<html>'), 'check.refused'],
  ['an error page', reply(502, '<html>bad gateway</html>'), 'check.refused'],
  ['a redirect', reply(302, ''), 'check.refused'],
])('%s is refused with a fault', async (_story, answer, code) => {
  const api = apiOver(
    network(() => answer),
    CONNECTION,
  )
  await expect(api.get(Health, HEALTH)).rejects.toMatchObject({ code })
})

test('a problem document keeps its code, its facts and its next step', async () => {
  const problem = {
    type: 'x',
    title: 't',
    status: 409,
    detail: 'd',
    code: 'assign.state',
    next: 'n',
    facts: { state: 'paused' },
  }
  const api = apiOver(
    network(() => json(409, problem)),
    CONNECTION,
  )
  await expect(api.post(Health, HEALTH)).rejects.toMatchObject({ name: 'Refused', problem })
})

test('a problem document longer than its limit is not read to its end', async () => {
  let sentBytes = 0
  const endless = async function* () {
    for (;;) {
      sentBytes += 65_536
      yield Buffer.alloc(65_536, 'a')
    }
  }
  const api = apiOver(
    network(() => ({ status: 500, headers: {}, body: endless() })),
    CONNECTION,
  )
  await expect(api.get(Health, HEALTH)).rejects.toMatchObject({ code: 'check.endless' })
  expect(sentBytes).toBeLessThan(1_000_000)
})

test.each([
  ['unreachable', 'publish.unreachable'],
  ['interrupted', 'publish.unreachable'],
  ['untrusted', 'check.untrusted-server'],
  ['aborted', 'check.slow'],
] as const)('a network that says %s is the fault %s', async (why, code) => {
  const api = apiOver(
    network(() => {
      throw new NetworkError(why)
    }),
    CONNECTION,
  )
  await expect(api.get(Health, HEALTH)).rejects.toMatchObject({ code })
})

test('a text that is not there is no error', async () => {
  const api = apiOver(
    network(() => reply(404, 'not found')),
    CONNECTION,
  )
  expect(await api.text(PEOPLE_ROUTES.repository, { file: 'timestamp.json' })).toBeUndefined()
})

test('the server tells its time in a header', async () => {
  const date = { ...json(200, {}), headers: { date: 'Sun, 01 Mar 2026 10:00:00 GMT' } }
  expect(
    await apiOver(
      network(() => date),
      CONNECTION,
    ).timeMs(),
  ).toBe(Date.UTC(2026, 2, 1, 10))
  expect(
    await apiOver(
      network(() => json(200, {})),
      CONNECTION,
    ).timeMs(),
  ).toBeUndefined()
})

test('lines are the same however the text is cut into chunks', async () => {
  const text = Buffer.from('eins\nzwei ü\n\n温度\nlast')
  for (let cut = 0; cut <= text.length; cut++) {
    const chunks = async function* () {
      yield text.subarray(0, cut)
      yield text.subarray(cut)
    }
    const lines: string[] = []
    for await (const line of linesOf(chunks())) lines.push(line)
    expect(lines, `cut at ${cut}`).toEqual(['eins', 'zwei ü', '', '温度', 'last'])
  }
})

test('a line that does not end is given up', async () => {
  let sentBytes = 0
  const endless = async function* () {
    for (;;) {
      sentBytes += 65_536
      yield Buffer.alloc(65_536, 'a')
    }
  }
  const first = linesOf(endless()).next()
  await expect(first).rejects.toMatchObject({ code: 'check.endless' })
  expect(sentBytes).toBeLessThan(2_000_000)
})

function network(answer: (request: Request) => Reply): Network {
  return { request: async (request) => answer(request) }
}

function json(status: number, value: unknown): Reply {
  return reply(status, JSON.stringify(value))
}

function reply(status: number, text: string): Reply {
  return {
    status,
    headers: {},
    body: (async function* () {
      yield Buffer.from(text)
    })(),
  }
}
