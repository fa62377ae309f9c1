// JSON that has one form only. OLPC canonical JSON, as TUF 1.0.34 §4.2.1 asks; and a reader that lets no ambiguity in.

import { Fault } from '@sealift/protocol'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/**
 * Keys sorted by code point, no white space, integers only, and in strings only `"` and `\` escaped.
 * @throws {TypeError} on anything that has no canonical form (a fraction, undefined, a function): a bug of the caller
 */
export function canonicalJson(value: unknown): Uint8Array {
  return Buffer.from(write(value), 'utf8')
}

function write(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeInteger(value)
  if (typeof value === 'string') return writeString(value)
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value === 'object') return writeObject(value)
  throw new TypeError(`no canonical form for ${typeof value}`)
}

function writeInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError('no canonical form for a fraction or a number beyond 2^53 - 1')
  return String(value === 0 ? 0 : value)
}

function writeString(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function writeObject(value: object): string {
  const names = Object.keys(value).sort(byCodePoint)
  return `{${names.map((name) => `${writeString(name)}:${write((value as Record<string, unknown>)[name])}`).join(',')}}`
}

// UTF-16 order differs from code-point order above U+FFFF; UTF-8 bytes sort like code points.
function byCodePoint(have: string, want: string): number {
  return Buffer.compare(Buffer.from(have, 'utf8'), Buffer.from(want, 'utf8'))
}

/**
 * Read JSON strictly: RFC 8259 without duplicate names, fractions, exponents, numbers beyond 2^53 - 1, lone surrogates,
 * `__proto__`, bytes that are not UTF-8, or nesting beyond `depthMax`. What two readers could understand differently
 * is refused (attack 21).
 *
 * @throws {Fault} `verify.format`
 */
export function parseStrictJson(bytes: Uint8Array, lengthBytesMax: number, depthMax = 32): Json {
  if (bytes.byteLength > lengthBytesMax) {
    throw new Fault('verify.format', { why: 'too long', lengthBytes: bytes.byteLength, lengthBytesMax })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new Fault('verify.format', { why: 'not UTF-8' }, { cause: error })
  }
  const reader = new Reader(text, depthMax)
  const value = reader.value(0)
  reader.end()
  return value
}

const NUMBER = /-?(?:0|[1-9][0-9]*)/y
const PLAIN = /[^"\\\u0000-\u001f]*/y
const SPACE = /[ \t\n\r]*/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class Reader {
  private at = 0
  private readonly text: string
  private readonly depthMax: number

  constructor(text: string, depthMax: number) {
    this.text = text
    this.depthMax = depthMax
  }

  value(depth: number): Json {
    if (depth > this.depthMax) this.refuse('nested too deep')
    this.skip()
    const first = this.text[this.at]
    if (first === '{') return this.object(depth)
    if (first === '[') return this.array(depth)
    if (first === '"') return this.string()
    if (first === 't') return this.word('true', true)
    if (first === 'f') return this.word('false', false)
    if (first === 'n') return this.word('null', null)
    return this.number()
  }

  end(): void {
    this.skip()
    if (this.at !== this.text.length) this.refuse('bytes behind the value')
  }

  private object(depth: number): Json {
    const members: Record<string, Json> = {}
    this.at++
    this.skip()
    if (this.taken('}')) return members
    for (;;) {
      this.skip()
      const name = this.string()
      if (name === '__proto__') this.refuse('forbidden name')
      if (Object.hasOwn(members, name)) this.refuse('duplicate name')
      this.skip()
      this.take(':')
      members[name] = this.value(depth + 1)
      this.skip()
      if (this.taken('}')) return members
      this.take(',')
    }
  }

  private array(depth: number): Json {
    const members: Json[] = []
    this.at++
    this.skip()
    if (this.taken(']')) return members
    for (;;) {
      members.push(this.value(depth + 1))
      this.skip()
      if (this.taken(']')) return members
      this.take(',')
    }
  }

  private string(): string {
    this.take('"')
    let text = ''
    for (;;) {
      text += this.match(PLAIN)
      if (this.taken('"')) break
      if (!this.taken('\\')) this.refuse('bad string')
      text += this.escape()
    }
    if (!text.isWellFormed()) this.refuse('lone surrogate')
    return text
  }

  private escape(): string {
    const letter = this.text[this.at++] ?? ''
    if (letter === 'u') {
      const digits = this.text.slice(this.at, this.at + 4)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.refuse('bad escape')
      this.at += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    if (!Object.hasOwn(ESCAPES, letter)) this.refuse('bad escape')
    return ESCAPES[letter] ?? ''
  }

  private number(): number {
    const digits = this.match(NUMBER)
    if (digits === '') this.refuse('not JSON')
    const next = this.text[this.at]
    if (next === '.' || next === 'e' || next === 'E') this.refuse('not an integer')
    const value = Number(digits)
    if (!Number.isSafeInteger(value)) this.refuse('integer beyond 2^53 - 1')
    if (Object.is(value, -0)) this.refuse('minus zero')
    return value
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.refuse('not JSON')
    this.at += word.length
    return value
  }

  private skip(): void {
    this.match(SPACE)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private taken(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private take(character: string): void {
    if (!this.taken(character)) this.refuse(`expected ${character}`)
  }

  private refuse(why: string): never {
    throw new Fault('verify.format', { why, atCharacter: this.at })
  }
}
