// How many columns a text takes on a terminal.

// Marks that sit on the character before them, and characters that take two columns.
const NONE = /\p{Mark}/u
const TWO =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u

/** Columns of `plain`, a text without control characters and colour codes. */
export function widthOf(plain: string): number {
  let columns = 0
  for (const character of plain) columns += NONE.test(character) ? 0 : TWO.test(character) ? 2 : 1
  return columns
}
