// Products: added once, looked after until a date.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOW_MS, TrialHouse } from '../trial/trial-house.ts'

let trial: TrialHouse

beforeEach(async () => {
  trial = await TrialHouse.open()
})

afterEach(() => trial.close())

const support = {
  general_availability: '2026-01-01T00:00:00Z',
  end_of_sales: 'tba',
  end_of_security_support: '2030-01-01T00:00:00Z',
  end_of_life: '2031-01-01T00:00:00Z',
  last_updated: '2026-01-01T00:00:00Z',
}
const lamp = { id: 'lamp', name: 'Lamp', hardwareIds: ['lamp-1'], support }

const add = (product: object) => trial.ask({ method: 'POST', url: '/api/v1/products', payload: product })
const change = (body: object, product = 'lamp') =>
  trial.ask({ method: 'PUT', url: `/api/v1/products/${product}/support`, payload: body })

test('a product is added once; the same again changes nothing, another under its id is refused', async () => {
  const added = await add(lamp)
  const view = { ...lamp, createdAtMs: NOW_MS, devices: 0, pastSupport: false }
  expect([added.statusCode, added.json()]).toEqual([201, view])
  const again = await add({ support, hardwareIds: ['lamp-1'], name: 'Lamp', id: 'lamp' })
  expect([again.statusCode, again.json()]).toEqual([200, view])
  expect((await add({ ...lamp, name: 'Light' })).json()).toMatchObject({ status: 409, code: 'publish.conflict' })
  expect((await trial.ask({ url: '/api/v1/products/lamp' })).json()).toEqual(view)
  const { entries } = (await trial.ask({ url: '/api/v1/journal' })).json()
  expect(entries.map((entry: { action: string }) => entry.action)).toEqual(['product.added'])
})

test('all products, newest first, with the devices that they have', async () => {
  await add(lamp)
  await trial.clock.advance(1)
  await trial.addProduct('kettle')
  const { id } = await trial.enrol('kettle')
  await trial.enrol('kettle')
  await trial.ask({ method: 'DELETE', url: `/api/v1/devices/${id}` })
  const { products } = (await trial.ask({ url: '/api/v1/products' })).json()
  expect(products).toMatchObject([
    { id: 'kettle', devices: 1 },
    { id: 'lamp', devices: 0 },
  ])
})

test('the support period is changed, shown, and in the journal', async () => {
  await add(lamp)
  const shorter = { ...support, end_of_security_support: '2026-11-19T00:00:00Z' }
  expect((await change(shorter)).json()).toMatchObject({ support: shorter, pastSupport: true })
  expect((await trial.ask({ url: '/api/v1/products/lamp/support' })).json()).toEqual(shorter)
  const { entries } = (await trial.ask({ url: '/api/v1/journal' })).json()
  expect(entries[0]).toMatchObject({ action: 'product.support-changed', subject: 'lamp', facts: shorter })
})

const crooked: [story: string, support: object][] = [
  ['security support that ends after life', { ...support, end_of_security_support: '2032-01-01T00:00:00Z' }],
  ['a date without a zone', { ...support, end_of_life: '2031-01-01T00:00:00' }],
  ['a field that is none', { ...support, extra: 1 }],
  ['a field that is missing', { end_of_life: 'tba' }],
]

test.each(crooked)('refuses %s, when added and when changed', async (_story, crookedSupport) => {
  expect((await add({ ...lamp, support: crookedSupport })).json()).toMatchObject({
    status: 400,
    code: 'assign.invalid',
  })
  await add(lamp)
  expect((await change(crookedSupport)).json()).toMatchObject({ status: 400, code: 'assign.invalid' })
  expect((await trial.ask({ url: '/api/v1/products/lamp/support' })).json()).toEqual(support)
})

test('a product that is not there', async () => {
  for (const url of ['/api/v1/products/lamp', '/api/v1/products/lamp/support']) {
    expect((await trial.ask({ url })).json()).toMatchObject({ status: 404, code: 'assign.unknown' })
  }
  expect((await change(support)).json()).toMatchObject({ status: 404, code: 'assign.unknown' })
})
