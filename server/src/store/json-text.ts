// JSON in a text column: the column's type remembers what is inside.

declare const inside: unique symbol

/** Text that holds a `T`. Only `jsonText` makes one, so reading it back needs no second check. */
export type JsonText<T> = string & { readonly [inside]: T }

export function jsonText<T>(value: T): JsonText<T> {
  return JSON.stringify(value) as JsonText<T>
}

export function readJsonText<T>(text: JsonText<T>): T {
  return JSON.parse(text) as T
}
