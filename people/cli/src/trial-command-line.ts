// A shell's way of reading the examples in our help.

/** Words of a command line: quoted ones are one word; what stands behind `#`, `>`, `|` or `&&` is not ours. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  for (const [, quoted, plain] of line.matchAll(/'([^']*)'|(\S+)/g)) {
    if (plain !== undefined && /^(#.*|>|\||&&)$/.test(plain)) break
    words.push(quoted ?? plain ?? '')
  }
  return words
}
