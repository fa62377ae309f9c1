// Rollouts over the routes that people use.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { PRODUCT, TrialFleet } from './trial-fleet.ts'

let fleet: TrialFleet

beforeEach(async () => {
  fleet = await TrialFleet.open(5)
  await fleet.release('2.0.0')
})

afterEach(() => fleet.close())

const PLAN = { product: PRODUCT, version: '2.0.0', waves: [{ name: 'all', size: { percent: 100 }, holdMs: 0 }] }

const get = (url: string) => fleet.trial.ask({ method: 'GET', url })
const post = (url: string, payload?: object) => fleet.trial.ask({ method: 'POST', url, ...(payload && { payload }) })

test('look ahead, plan, start, pause, resume, retry, abort', async () => {
  const preview = await post('/api/v1/rollout-previews', PLAN)
  expect(preview.json()).toMatchObject({ devices: 5, worstCase: 5, firstWave: fleet.devices.map(({ id }) => id) })
  expect((await get('/api/v1/rollouts')).json()).toEqual({ rollouts: [] })

  const planned = await post('/api/v1/rollouts', PLAN)
  expect(planned.statusCode).toBe(201)
  const { id } = planned.json()
  const states: [action: string, state: string][] = [
    ['start', 'running'],
    ['pause', 'paused'],
    ['resume', 'running'],
    ['retry-failed', 'running'],
    ['abort', 'aborted'],
  ]
  for (const [action, state] of states) {
    const answer = await post(`/api/v1/rollouts/${id}/${action}`)
    expect([answer.statusCode, answer.json().state], action).toEqual([200, state])
  }
  expect((await get(`/api/v1/rollouts/${id}`)).json()).toMatchObject({ id, state: 'aborted' })
  expect((await get('/api/v1/rollouts')).json().rollouts).toHaveLength(1)
  const actors = (await fleet.journal()).filter(({ subject }) => subject === id).map(({ actor }) => actor.kind)
  expect(new Set(actors)).toEqual(new Set(['token']))
})

test('without waves and rules a plan has those of the house', async () => {
  const { waves, stopRule } = (await post('/api/v1/rollouts', { product: PRODUCT, version: '2.0.0' })).json()
  expect(waves.map(({ name }: { name: string }) => name)).toEqual(['lab', '1 %', '5 %', '25 %', '50 %', 'all'])
  expect(stopRule).toMatchObject({ devicesMin: 20, signatureFailure: true })
})

const refusals: [story: string, url: string, payload: object | undefined, status: number, code: string][] = [
  ['no such release', '/api/v1/rollouts', { ...PLAN, version: '9.9.9' }, 404, 'assign.unknown'],
  ['no such product', '/api/v1/rollout-previews', { ...PLAN, product: 'door' }, 404, 'assign.unknown'],
  ['no such rollout', '/api/v1/rollouts/r-none/start', undefined, 404, 'assign.unknown'],
  ['no such action', '/api/v1/rollouts/r-none/explode', undefined, 400, 'assign.invalid'],
  ['no waves', '/api/v1/rollouts', { ...PLAN, waves: [] }, 400, 'assign.invalid'],
  [
    'a wave of 0 %',
    '/api/v1/rollouts',
    { ...PLAN, waves: [{ name: '', size: { percent: 0 }, holdMs: 0 }] },
    400,
    'assign.invalid',
  ],
  ['a rule we do not have', '/api/v1/rollouts', { ...PLAN, stopRule: { moonPhase: 1 } }, 400, 'assign.invalid'],
]

test.each(refusals)('refused: %s', async (_story, url, payload, status, code) => {
  const answer = await post(url, payload)
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
})

test('what the state does not allow is refused, and changes nothing', async () => {
  const { id } = (await post('/api/v1/rollouts', PLAN)).json()
  const answer = await post(`/api/v1/rollouts/${id}/pause`)
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'assign.state'])
  expect((await get(`/api/v1/rollouts/${id}`)).json().state).toBe('planned')
  expect((await fleet.journal()).filter(({ subject }) => subject === id)).toHaveLength(1)
})

test('the journal of it can be read page by page and as lines', async () => {
  await post('/api/v1/rollouts', PLAN)
  const page = (await get('/api/v1/journal?limit=1')).json()
  expect(page.entries).toMatchObject([{ action: 'rollout.planned' }])
  const lines = await get('/api/v1/journal.ndjson')
  expect(lines.headers['content-type']).toContain('application/x-ndjson')
  const entries = lines.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entries.at(-1)).toEqual(page.entries[0])
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, i) => i + 1))
})

test('what the rollouts decide is what the director signs, from offer to withdrawal', async () => {
  const [device] = fleet.devices
  const as = (url: string) =>
    fleet.trial.as({ fingerprint: device?.certificate_fingerprint ?? '' }, { method: 'GET', url })
  const word = async (version: number) => {
    expect((await as('/device/v1/check')).statusCode).toBe(200)
    const { signed } = (await as(`/device/v1/director/${version}.targets.json`)).json()
    return { images: Object.keys(signed.targets), ...signed['x-sealift'] }
  }
  expect(await word(1)).toEqual({ images: [], deviceId: device?.id, attempt: 0, whyNot: 'no_match' })
  const { id } = (await post('/api/v1/rollouts', PLAN)).json()
  await post(`/api/v1/rollouts/${id}/start`)
  expect(await word(2)).toEqual({ images: ['lamp/2.0.0/lamp-2.0.0.img'], deviceId: device?.id, attempt: 0 })
  await post(`/api/v1/rollouts/${id}/pause`)
  expect(await word(3)).toMatchObject({ images: [], whyNot: 'paused' })
})
