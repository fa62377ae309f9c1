import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { Instant, ProductId, Prose, Sha256, Version } from './words.ts'

const words: [story: string, schema: TSchema, good: readonly string[], bad: readonly string[]][] = [
  [
    'a name is safe in a path, a URL and a certificate',
    ProductId,
    ['a', 'thermostat', 'lamp-2', 'a.b_c', 'x'.repeat(63)],
    ['', '.', '..', '-a', 'a-', 'A', 'a/b', 'a b', 'a%', 'a\n', 'ä', 'x'.repeat(64)],
  ],
  [
    'a version is SemVer without build metadata',
    Version,
    ['0.0.0', '1.2.3', '999999.0.0', '1.0.0-rc.1', `1.0.0-${'x'.repeat(32)}`],
    [
      '1',
      '1.2',
      '01.2.3',
      '1.2.3+4',
      'v1.2.3',
      '1000000.0.0',
      '1.0.0-',
      '1.0.0-.a',
      `1.0.0-${'x'.repeat(33)}`,
      '1.2.3\n',
    ],
  ],
  [
    'a digest is 64 lower-case hexadecimal digits',
    Sha256,
    ['0'.repeat(64), 'deadbeef'.repeat(8)],
    ['', 'f'.repeat(63), 'f'.repeat(65), 'F'.repeat(64), `${'f'.repeat(64)}\n`],
  ],
  [
    'attack 44 control characters: prose holds none but line feed',
    Prose(20),
    ['', 'Grüße', 'two\nlines', 'x'.repeat(20)],
    ['\u001b[2J', 'a\r\nb', '\u0000', '\u009b31m', 'tab\t', 'x'.repeat(21)],
  ],
  [
    'an instant is RFC 3339 in UTC with capital T and Z',
    Instant,
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.123Z'],
    ['2026-11-20', '2026-11-20t10:00:00z', '2026-11-20T10:00:00+01:00', 'tba'],
  ],
]

test.each(words)('%s', (_story, schema, good, bad) => {
  expect(good.filter((text) => !Value.Check(schema, text))).toEqual([])
  expect(bad.filter((text) => Value.Check(schema, text))).toEqual([])
})
