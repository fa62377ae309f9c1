import { expect, test } from 'vitest'
import { isAddress, isDnsName } from './host.ts'

test.each([
  ['localhost', 'name'],
  ['updates.example.org', 'name'],
  ['xn--bcher-kva.example', 'name'],
  ['7.example', 'name'],
  ['127.0.0.1', 'address'],
  ['255.255.255.255', 'address'],
  ['::1', 'address'],
  ['fe80::1', 'address'],
  ['256.0.0.1', 'neither'],
  ['127.0.0.1.1', 'neither'],
  ['127.0.0', 'neither'],
  ['::1]/x', 'neither'],
  ['fe80::1%eth0', 'neither'],
  ['-a.example', 'neither'],
  ['a..example', 'neither'],
  ['a_b.example', 'neither'],
  ['localhost/', 'neither'],
  ['', 'neither'],
  [`${'a'.repeat(63)}.b`, 'neither'],
])('%s is %s', (host, kind) => {
  expect(isAddress(host) ? 'address' : isDnsName(host) ? 'name' : 'neither').toBe(kind)
})
