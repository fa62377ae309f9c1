// What a clone installs is what we looked at, and nothing of it runs while it is installed (attack 55).

import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { missingFrom, readLock } from './lock.ts'
import { packages, ROOT, read } from './sources.ts'

const lock = readLock()

test('the lock file is complete for every platform; else run `node tools/write-lock.ts`', () => {
  expect(Object.keys(missingFrom(lock))).toEqual([])
})

test('attack 55: every package that is installed here has its digest in the lock file', () => {
  const open = Object.entries(lock.packages)
    .filter(([path, { link, integrity }]) => path.includes('node_modules/') && !link && !integrity)
    .map(([path]) => path)
    .filter((path) => existsSync(ROOT + path))
  expect(open).toEqual([])
})

test('attack 55: no package comes from anywhere but the registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)[a-z+]+:/)
})

test('attack 55: nothing that a package brings runs at install time', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
})

test('every dependency is of one exact version', () => {
  const loose = ['', ...packages.map(({ folder }) => `${folder}/`)].flatMap((folder) => {
    const described = JSON.parse(read(`${folder}package.json`) ?? '') as Record<
      string,
      Record<string, string> | undefined
    >
    return ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((kind) => Object.entries(described[kind] ?? {}))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${folder}package.json: ${name} ${version}`)
  })
  expect(loose).toEqual([])
})
