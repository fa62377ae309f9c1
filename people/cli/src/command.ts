// What a command is made of: the words of its help, its options with their types, and what it does.

import type { Exit } from './exit-codes.ts'
import type { SafeText } from './output/safe-text.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

/** What a command has to say at its end. */
export type Answer = {
  /** The one document of `--json`. */
  readonly json: unknown
  /** The same for a person. */
  readonly lines: readonly SafeText[]
  readonly exit?: Exit
}

export type OptionSpec<T> = {
  readonly flags: string
  readonly means: string
  readonly needed: boolean
  readonly initial: T | undefined
  readonly choices: readonly string[] | undefined
  /** Undefined for a flag. `before` holds what the same option said earlier on the line. */
  read?(text: string, before: T | undefined): T
}

export type ArgumentSpec<T> = {
  readonly name: string
  readonly means: string
  read(text: string): T
}

type Specs = Readonly<Record<string, OptionSpec<unknown>>>
type Arguments = Readonly<Record<string, ArgumentSpec<unknown>>>

type ValuesOf<S> = {
  readonly [Name in keyof S]: S[Name] extends OptionSpec<infer T> | ArgumentSpec<infer T> ? T : never
}

export type CommandSpec<A extends Arguments, O extends Specs> = {
  /** One line, without a full stop. */
  readonly summary: string
  /** What else its help says. */
  readonly more?: string
  readonly arguments: A
  readonly options: O
  /** It changes something, so it has `--dry-run`. */
  readonly writes: boolean
  /** It works in an organisation's folder, so it has `--org`. */
  readonly inOrg: boolean
  /** Whole command lines, with what they do behind `#`. */
  readonly examples: readonly string[]
  /** Undefined when everything was said on the way. */
  run(session: Session, values: ValuesOf<A> & ValuesOf<O>): Promise<Answer | undefined>
}

export type Command = CommandSpec<Arguments, Specs>

/** Holds a command's `run` to the types of its arguments and options. */
export function command<A extends Arguments, O extends Specs>(spec: CommandSpec<A, O>): Command {
  return spec
}

/** What is done to one kind of thing, by verb; what has verbs of its own is a branch. */
export type Verbs = Readonly<Record<string, Command | Branch>>

export type Branch = { readonly summary: string; readonly verbs: Verbs }

export const asText = (text: string): string => text

/** `<name>` must be given, `[name]` may be. */
export function argument(name: `<${string}>`, means: string): ArgumentSpec<string>
export function argument(name: `[${string}]`, means: string): ArgumentSpec<string | undefined>
export function argument(name: string, means: string): ArgumentSpec<string | undefined> {
  return { name, means, read: asText }
}

/** An option that may be left out. */
export function option(flags: string, means: string): OptionSpec<string | undefined>
export function option<T>(flags: string, means: string, read: (text: string) => T): OptionSpec<T | undefined>
export function option(flags: string, means: string, read: (text: string) => unknown = asText): OptionSpec<unknown> {
  return { flags, means, needed: false, initial: undefined, choices: undefined, read: named(flags, read) }
}

/** An option without which the command makes no sense. */
export function needed(flags: string, means: string): OptionSpec<string>
export function needed<T>(flags: string, means: string, read: (text: string) => T): OptionSpec<T>
export function needed(flags: string, means: string, read: (text: string) => unknown = asText): OptionSpec<unknown> {
  return { flags, means, needed: true, initial: undefined, choices: undefined, read: named(flags, read) }
}

/** An option that has a value even when it is left out. */
export function optionOr<T>(flags: string, means: string, initial: T, read: (text: string) => T): OptionSpec<T> {
  return { flags, means, needed: false, initial, choices: undefined, read: named(flags, read) }
}

/** An option that may be given several times; the values come in order. */
export function each<T>(flags: string, means: string, read: (text: string) => T): OptionSpec<readonly T[]> {
  const readOne = named(flags, read)
  return {
    flags,
    means: `${means} (may be repeated)`,
    needed: false,
    initial: [],
    choices: undefined,
    read: (text, before) => [...(before ?? []), readOne(text)],
  }
}

/** One of a few words. */
export function choice<const C extends string>(
  flags: string,
  means: string,
  choices: readonly C[],
): OptionSpec<C | undefined>
export function choice<const C extends string>(
  flags: string,
  means: string,
  choices: readonly C[],
  initial: NoInfer<C>,
): OptionSpec<C>
export function choice(
  flags: string,
  means: string,
  choices: readonly string[],
  initial?: string,
): OptionSpec<string | undefined> {
  const read = (text: string) => {
    if (choices.includes(text)) return text
    throw new UsageError(`no such choice: ${text}`, `choose one of: ${choices.join(', ')}`)
  }
  return { flags, means, needed: false, initial, choices, read: named(flags, read) }
}

/** On when given; `--no-thing` is on until it is given. */
export function flag(flags: string, means: string): OptionSpec<boolean> {
  return { flags, means, needed: false, initial: flags.startsWith('--no-'), choices: undefined }
}

// The complaint names the option, as the reader sees only the line that he typed.
function named<T>(flags: string, read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(`${flags.split(' ')[0]}: ${error.message}`, error.next, { cause: error })
    }
  }
}
