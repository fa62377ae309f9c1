// Text that may go to a terminal: what came from outside has lost its power to command it (attack 44).

/** Only `say` and `paint` make it, so a raw string cannot reach the terminal past them. */
export type SafeText = {
  /** Without colours. */
  readonly plain: string
  /** The same words with the colour codes that we put there. */
  readonly painted: string
}

type Sayable = string | number | boolean | SafeText

/** Our own words with other people's words among them: ``say`release ${version} is out` ``. */
export function say(words: TemplateStringsArray, ...values: readonly Sayable[]): SafeText {
  const texts = values.map(safe)
  const join = (of: (text: SafeText) => string) =>
    words.reduce((line, word, i) => line + word + (texts[i] ? of(texts[i]) : ''), '')
  return { plain: join((text) => text.plain), painted: join((text) => text.painted) }
}

/** One value as safe text; text that is safe already stays as it is. */
export function safe(value: Sayable): SafeText {
  if (typeof value === 'object') return value
  const plain = neutralise(String(value))
  return { plain, painted: plain }
}

/** Several texts as one, with `between` between them. */
export function join(texts: readonly SafeText[], between = ' '): SafeText {
  return {
    plain: texts.map((text) => text.plain).join(between),
    painted: texts.map((text) => text.painted).join(between),
  }
}

// C0 and C1 controls and DEL move the cursor, change titles or answer in the user's name; bidirectional controls and
// line separators make a line read as another one; zero-width characters make two names look the same.
const COMMANDING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Every character that commands a terminal, written out: ESC becomes `\x1b`. */
export function neutralise(text: string): string {
  return text.toWellFormed().replace(COMMANDING, spelled)
}

/** JSON equal to the given one that commands no terminal either: `JSON.stringify` lets DEL, C1 and bidi controls through. */
export function neutraliseJson(json: string): string {
  // What is left of C0 is the white space between values.
  return json.replace(COMMANDING, (character) => (character < ' ' ? character : `\\u${hex(character, 4)}`))
}

function spelled(character: string): string {
  if (character === '\n') return '\\n'
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}
