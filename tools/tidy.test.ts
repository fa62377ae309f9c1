// House rules a linter cannot know. Each test states one rule and names every file that breaks it.

import { LIFE } from '@sealift/protocol'
import { expect, test } from 'vitest'
import { filesIn, isTest, packages, read, type Source, sources } from './sources.ts'

// Ground first. A package may import only from lower floors.
const FLOORS = [
  ['protocol', 'thermostat'],
  ['world'],
  ['trust'],
  ['boot-control'],
  ['maker', 'server', 'agent'],
  ['console'],
  ['cli'],
  ['simulator'],
]

// Where each place acts. A file of the server may stand in any of its concerns.
const HOME = { maker: 'maker/src/', server: 'server/src/(.+/)?', device: 'device/agent/src/' }

// What the other side of a stage is called where it is met.
const MET_BY = [
  'server/src/(.+/)?accept',
  'server/src/(.+/)?collect',
  'device/agent/src/check',
  'device/agent/src/download',
]

const DRAWERS = /(^|\/)(utils?|helpers?|common|core|misc|shared|lib|types|constants|general|stuff)(\/|\.tsx?$)/

const SENTENCE = /^[^a-z\s].*[.?!:]$/s

const housed = sources.filter((source): source is Source & { home: NonNullable<Source['home']> } => !!source.home)

test('every package stands on a floor', () => {
  expect(packages.map(({ name }) => name).toSorted()).toEqual(FLOORS.flat().toSorted())
})

test('imports run downward', () => {
  const upward = housed.flatMap(({ path, home, imports }) =>
    imports
      .filter((used) => used.startsWith('@sealift/'))
      .filter((used) => floorOf(packageOf(used)) >= floorOf(home.name))
      .map((used) => `${path} -> ${used}`),
  )
  expect(upward).toEqual([])
})

test('the console knows the server by its protocol only', () => {
  const known = housed
    .filter(({ home }) => home.name === 'console')
    .flatMap(({ path, imports }) => imports.map((used) => [path, used] as const))
    .filter(([, used]) => used.startsWith('@sealift/') && used !== '@sealift/protocol')
  expect(known).toEqual([])
})

test('a package is entered by its front door', () => {
  const doors = new Set(packages.flatMap(({ name, doors }) => doors.map((door) => `@sealift/${name}${door.slice(1)}`)))
  const windows = sources.flatMap(({ path, home, imports }) =>
    imports
      .filter((used) => (used.startsWith('@sealift/') ? !doors.has(used) : leaves(path, home?.folder ?? 'tools', used)))
      .map((used) => `${path} -> ${used}`),
  )
  expect(windows).toEqual([])
})

test('inside a package nobody goes through the door', () => {
  const circling = housed
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, imports }) =>
      imports.filter((used) => /^\.{1,2}\/(.*\/)?index\.tsx?$/.test(used)).map((used) => `${path} -> ${used}`),
    )
  expect(circling).toEqual([])
})

test('index.ts holds only exports', () => {
  const busy = sources
    .filter(({ path }) => path.endsWith('/index.ts'))
    .filter(({ code }) => code.replace(/export (type )?(\*|\{[^}]*\}) from ''/g, '').trim() !== '')
    .map(({ path }) => path)
  expect(busy).toEqual([])
})

test('every file opens by saying what it is', () => {
  const silent = sources.filter((source) => !isSecondPage(source) && !SENTENCE.test(openingOf(source.text)))
  expect(silent.map(({ path }) => path)).toEqual([])
})

test('every stage of the life has its file', () => {
  const wanted = [...Object.entries(LIFE).map(([stage, { place }]) => HOME[place] + stage), ...MET_BY]
  const missing = wanted.filter((name) => !sources.some(({ path }) => new RegExp(`^${name}\\.ts$`).test(path)))
  expect(missing).toEqual([])
})

test('no file is a drawer', () => {
  expect(sources.map(({ path }) => path).filter((path) => DRAWERS.test(path))).toEqual([])
})

test('nothing that ships depends on a test', () => {
  const leaning = sources
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, imports }) => imports.filter((used) => isTest(used)).map((used) => `${path} -> ${used}`))
  expect(leaning).toEqual([])
})

test('every package introduces itself and is no empty shell', () => {
  const bare = packages
    .map(({ folder }) => folder)
    .filter(
      (folder) => !read(`${folder}/README.md`) || !filesIn(folder, true).some((path) => /\.test\.tsx?$/.test(path)),
    )
  expect(bare).toEqual([])
})

function floorOf(name: string): number {
  return FLOORS.findIndex((floor) => floor.includes(name))
}

function packageOf(specifier: string): string {
  return specifier.split('/')[1] ?? ''
}

// True when a relative import leads out of the folder that the file belongs to.
function leaves(path: string, folder: string, specifier: string): boolean {
  if (!specifier.startsWith('.') || !path.includes('/')) return false
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1)
  return !target.startsWith(`${folder}/`)
}

// A test beside the file that it tests need not say again what that is.
function isSecondPage({ path }: Source): boolean {
  return path.includes('.test.') && sources.some((source) => source.path === path.replace('.test.', '.'))
}

// The first comment of a file, as one line of text.
function openingOf(text: string): string {
  const lines = text.replace(/^#!.*\n/, '').split('\n')
  const end = lines.findIndex((line) => !line.startsWith('// '))
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join(' ')
}
