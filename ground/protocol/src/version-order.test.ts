import { expect, test } from 'vitest'
import { compareVersions } from './version-order.ts'

// SemVer 2.0.0 §11, its own examples among them; each version is older than the next.
const ORDER = [
  '0.9.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-beta.9007199254740992',
  '1.0.0-beta.9007199254740993',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.9.0',
  '1.10.0',
  '2.0.0',
  '10.0.0',
]

test('versions stand in the order of SemVer §11, whichever is asked first', () => {
  for (const [i, older] of ORDER.entries()) {
    expect(compareVersions(older, older), older).toBe(0)
    for (const newer of ORDER.slice(i + 1)) {
      expect(compareVersions(older, newer), `${older} < ${newer}`).toBeLessThan(0)
      expect(compareVersions(newer, older), `${newer} > ${older}`).toBeGreaterThan(0)
    }
  }
})
