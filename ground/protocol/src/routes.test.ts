import { expect, test } from 'vitest'
import { DEVICE_ROUTES, PEOPLE_ROUTES, pathOf } from './routes.ts'

test('names are filled in and percent-encoded, segment by segment', () => {
  expect(pathOf(PEOPLE_ROUTES.release, { product: 'lamp', version: '1.0.0-rc.1' })).toBe(
    '/api/v1/releases/lamp/1.0.0-rc.1',
  )
  expect(pathOf(DEVICE_ROUTES.image, { file: '1.product%2Flamp.json' })).toBe(
    '/device/v1/image/1.product%252Flamp.json',
  )
  expect(pathOf(PEOPLE_ROUTES.device, { device: '../../x?y#z' })).toBe('/api/v1/devices/..%2F..%2Fx%3Fy%23z')
})

test('a star takes a whole path, whose slashes stay', () => {
  expect(pathOf(DEVICE_ROUTES.target, { '*': 'lamp/1.0.0/ab.lamp 1.img' })).toBe(
    '/device/v1/targets/lamp/1.0.0/ab.lamp%201.img',
  )
})

test('a star inside a name stays a star', () => {
  expect(pathOf(PEOPLE_ROUTES.device, { device: 'a*b' })).toBe('/api/v1/devices/a*b')
})
