// The outside world is a parameter: clock, chance, disk and network are touched only where they are adapted.

import { expect, test } from 'vitest'
import { isTest, type Source, sources } from './sources.ts'

// Where the real world begins: a program's first file, the real adapters, and the programs that are the outside themselves.
const OUTSIDE = [
  /\/main\.ts$/,
  /(^|\/)real(-[a-z-]+)?\.ts$/,
  /^(tools|bench|examples|simulator|people\/cli|people\/console)\//,
  /^[^/]+\.ts$/, // config files at the root
]

const GLOBALS = [
  /\bDate(\.now\b|\(\))/,
  /\bMath\.random\b/,
  /\bperformance\.(now|timeOrigin|mark)\b/,
  /\bprocess\.(hrtime|uptime)\b/,
  /\b(set|clear)(Timeout|Interval|Immediate)\b/,
  /\bAbortSignal\.timeout\b/,
  /\bnew (WebSocket|EventSource|XMLHttpRequest)\b/,
  /\b(randomBytes|randomUUID|randomInt|randomFill(Sync)?|getRandomValues)\b/,
]

// Types touch nothing, and these only look at the text of an address.
const HARMLESS = /^import (type \{[^}]*\}|\{ (isIP|isIPv4|isIPv6)(, (isIP|isIPv4|isIPv6))* \}) from '([^']+)'$/gm

// A parameter may be called `fetch`; then the word does not mean the global one.
const GLOBAL_FETCH = /(?<!\.)\bfetch\(|\bglobalThis\.fetch\b/
const OWN_FETCH = /\bfetch\??: /

const MODULES =
  /^(node:)?(fs|net|tls|dgram|dns|http|https|http2|child_process|cluster|worker_threads|timers|perf_hooks|readline|inspector)(\/promises)?$/

const inside = sources.filter(({ path }) => !isTest(path) && !OUTSIDE.some((place) => place.test(path)))

test('no clock, no chance and no timer outside the adapters', () => {
  expect(inside.flatMap((source) => linesWith(source, GLOBALS))).toEqual([])
})

test('no request outside the adapters', () => {
  const offences = inside
    .filter(({ code }) => !OWN_FETCH.test(code))
    .flatMap((source) => linesWith(source, [GLOBAL_FETCH]))
  expect(offences).toEqual([])
})

test('no disk, no network and no process outside the adapters', () => {
  const offences = inside.flatMap(({ path, imports, text }) => {
    const harmless = new Set([...text.matchAll(HARMLESS)].map((match) => match.at(-1)))
    return imports.filter((used) => MODULES.test(used) && !harmless.has(used)).map((used) => `${path} -> ${used}`)
  })
  expect(offences).toEqual([])
})

test('nothing but an adapter or a program opens the door to the real world', () => {
  const offences = inside.flatMap(({ path, imports }) =>
    imports.filter((used) => used === '@sealift/world/real').map((used) => `${path} -> ${used}`),
  )
  expect(offences).toEqual([])
})

function linesWith({ path, code }: Source, words: readonly RegExp[]): readonly string[] {
  return code
    .split('\n')
    .flatMap((line, i) => (words.some((word) => word.test(line)) ? [`${path}:${i + 1} ${line.trim()}`] : []))
}
