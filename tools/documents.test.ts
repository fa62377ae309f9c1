// Documents and code say the same. Each test names what only one of them knows.

import { existsSync } from 'node:fs'
import { FAULTS, type FaultCode, faultKind, LIFE } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { documents } from './documents.ts'
import { filesIn, isTest, packages, ROOT, read, sources } from './sources.ts'

const codes = Object.keys(FAULTS) as FaultCode[]

test.each(Object.entries(documents()))('%s is as `node tools/write-docs.ts` makes it', (path, text) => {
  expect(read(path)).toBe(text)
})

test('every fault code is used', () => {
  const texts = sources
    .filter(({ path }) => !isTest(path) && path !== 'ground/protocol/src/fault.ts')
    .map(({ text }) => text)
    .join('\n')
  expect(codes.filter((code) => !texts.includes(`'${code}'`))).toEqual([])
})

test('every attack that a fault names is in the catalogue, beside its code', () => {
  const rows = new Map(
    [...(read('docs/attacks.md') ?? '').matchAll(/^\| (\d+) \|.*$/gm)].map((row) => [Number(row[1]), row[0]]),
  )
  const missing = codes.filter((code) => {
    const { attack } = faultKind(code)
    return attack !== undefined && !rows.get(attack)?.includes(`\`${code}\``)
  })
  expect(missing).toEqual([])
})

test('the catalogue of attacks names no code that is not in the table', () => {
  const named = [...(read('docs/attacks.md') ?? '').matchAll(/`([a-z]+\.[a-z-]+)`/g)].map((match) => match[1] ?? '')
  expect(named.filter((code) => !Object.hasOwn(FAULTS, code) && !code.endsWith('.test'))).toEqual([])
})

test.each(['README.md', 'ARCHITECTURE.md'])('%s tells the life of an update as the code does', (path) => {
  const text = read(path) ?? ''
  const untold = Object.entries(LIFE).filter(([stage, { means }]) => !text.includes(stage) || !text.includes(means))
  expect(untold).toEqual([])
})

test('every link between documents leads somewhere', () => {
  const pages = [
    ...filesIn('.', false),
    ...filesIn('docs', true),
    ...packages.map(({ folder }) => `${folder}/README.md`),
  ]
  const dead = pages
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...(read(path) ?? '').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => new URL(match[1] ?? '', `file:///${path}`).pathname.slice(1))
        .filter((target) => !existsSync(ROOT + target))
        .map((target) => `${path} -> ${target}`),
    )
  expect(dead).toEqual([])
})
