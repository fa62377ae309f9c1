// Which of two versions is newer. SemVer 2.0.0 §11.

/**
 * Order of two versions: negative when `have` is older than `want`, 0 when equal. SemVer 2.0.0 §11.
 * Both must match the `Version` schema.
 */
export function compareVersions(have: string, want: string): number {
  const [haveCore, havePre] = split(have)
  const [wantCore, wantPre] = split(want)
  for (let i = 0; i < 3; i++) {
    const difference = Number(haveCore[i]) - Number(wantCore[i])
    if (difference !== 0) return difference
  }
  return comparePreReleases(havePre, wantPre)
}

function split(version: string): [core: string[], preRelease: string] {
  const dash = version.indexOf('-')
  return dash < 0 ? [version.split('.'), ''] : [version.slice(0, dash).split('.'), version.slice(dash + 1)]
}

function comparePreReleases(have: string, want: string): number {
  if (have === want) return 0
  if (have === '') return 1
  if (want === '') return -1
  const haveParts = have.split('.')
  const wantParts = want.split('.')
  for (let i = 0; i < Math.min(haveParts.length, wantParts.length); i++) {
    const order = compareIdentifiers(haveParts[i] ?? '', wantParts[i] ?? '')
    if (order !== 0) return order
  }
  return haveParts.length - wantParts.length
}

function compareIdentifiers(have: string, want: string): number {
  const numeric = /^\d+$/
  if (numeric.test(have) && numeric.test(want)) return compareNumbers(BigInt(have), BigInt(want))
  if (numeric.test(have)) return -1
  if (numeric.test(want)) return 1
  return have < want ? -1 : have > want ? 1 : 0
}

// As many digits as there are: a number may be longer than a double holds.
function compareNumbers(have: bigint, want: bigint): number {
  return have < want ? -1 : have > want ? 1 : 0
}
