import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTarget, matchesPattern } from './delegation.ts'
import type { Signer } from './key.ts'
import type { DelegatedRole, Target } from './metadata.ts'
import { refreshRepository } from './repository.ts'
import { keysOf, NOW_MS, newSigners, roleKeysOf, TrialRepository, targetsOf } from './trial-repository.ts'
import { signMetadata } from './write.ts'

const target = (mark: string): Target => ({ length: 1, hashes: { sha256: mark.repeat(64) } })

type Line = {
  name: string
  paths: string[]
  terminating?: boolean
  signers: readonly Signer[]
  lists: string[]
  mark: string
}

async function repositoryOf(lines: readonly Line[], signedBy = (line: Line) => line.signers): Promise<TrialRepository> {
  const repository = await TrialRepository.make()
  const roles: DelegatedRole[] = lines.map((line) => ({
    ...roleKeysOf(line.signers),
    name: line.name,
    paths: line.paths,
    terminating: line.terminating ?? true,
  }))
  const delegated: Record<string, { text: string; version: number }> = {}
  for (const line of lines) {
    const targets = Object.fromEntries(line.lists.map((path) => [path, target(line.mark)]))
    delegated[line.name] = { version: 1, text: await signMetadata(targetsOf({ targets }), signedBy(line)) }
  }
  const delegations = { keys: keysOf(...lines.map(({ signers }) => signers)), roles }
  await repository.publish(1, targetsOf({ delegations }), delegated)
  return repository
}

async function search(repository: TrialRepository, path: string) {
  const trusted = await refreshRepository({ root: repository.rootText, delegated: {} }, repository.fetch, NOW_MS)
  return findTarget(trusted, repository.fetch, path, NOW_MS)
}

const lamp: Line = { name: 'product/lamp', paths: ['lamp/*/*'], signers: newSigners(), lists: ['lamp/1/x'], mark: 'a' }
const lock: Line = { name: 'product/lock', paths: ['lock/*/*'], signers: newSigners(), lists: ['lock/1/x'], mark: 'b' }

test('a product role speaks for its own paths', async () => {
  const { target: found, role } = await search(await repositoryOf([lamp, lock]), 'lock/1/x')
  expect(found?.hashes['sha256']).toBe('b'.repeat(64))
  expect(role).toBe('product/lock')
})

test('a product role does not speak for another product (attacks 9, 17)', async () => {
  const greedy = { ...lamp, lists: ['lock/2/x'] }
  expect((await search(await repositoryOf([greedy, lock]), 'lock/2/x')).target).toBeUndefined()
})

test('the first role that lists a path wins, and a terminating role ends the search (TUF §5.6.7)', async () => {
  const first = { ...lamp, name: 'first', paths: ['lamp/*/*'], lists: [], mark: 'c' }
  const repository = await repositoryOf([first, lamp])
  expect((await search(repository, 'lamp/1/x')).target).toBeUndefined()
  const open = await repositoryOf([{ ...first, terminating: false }, lamp])
  expect((await search(open, 'lamp/1/x')).role).toBe('product/lamp')
})

test('a delegated role signed by a sister role is refused (attack 17)', async () => {
  const repository = await repositoryOf([lamp, lock], () => lock.signers)
  await expect(search(repository, 'lamp/1/x')).rejects.toMatchObject({ code: 'verify.threshold' })
})

test('roles of other products are not even fetched', async () => {
  const repository = await repositoryOf([lamp, lock])
  await search(repository, 'lock/1/x')
  expect(repository.asked.filter((file) => file.includes('lamp'))).toEqual([])
})

test('a repository that delegates without end is given up (attack 17)', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => ({
    ...lamp,
    name: `r${i}`,
    terminating: false,
    lists: [],
  }))
  await expect(search(await repositoryOf(lines), 'lamp/9/x')).rejects.toMatchObject({ code: 'verify.delegation' })
})

const patterns: [pattern: string, path: string, matches: boolean][] = [
  ['lamp/*/*', 'lamp/1.0.0/lamp.img', true],
  ['lamp/*/*', 'lamp/1.0.0/deep/lamp.img', false],
  ['lamp/*', 'lamp/', true],
  ['*', 'lamp/x', false],
  ['l?mp', 'lamp', true],
  ['l?mp', 'l/mp', false],
  ['*.img', 'a.img', true],
  ['*.img', 'a.imgx', false],
  ['!(lamp)', 'lock', false],
  ['{lamp,lock}', 'lock', false],
  ['a*b*c', 'a-b-b-c', true],
  ['', '', true],
]

test.each(patterns)('%s against %s: %s', (pattern, path, matches) => {
  expect(matchesPattern(pattern, path)).toBe(matches)
})

test('a pattern agrees with the same pattern written as a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 12 })
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 })
  fc.assert(
    fc.property(letters, path, (pattern, text) => {
      const source = [...pattern].map((each) => (each === '*' ? '[^/]*' : each === '?' ? '[^/]' : each)).join('')
      expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`).test(text))
    }),
  )
})
