// Wait for something to become true, looking now and then, and say what was awaited when it does not.

/** Something the story waited for did not happen. */
class NeverHappened extends Error {
  override readonly name = 'NeverHappened'
}

const LOOK_MS = 250

/**
 * Look until `look` gives a value.
 * @throws {NeverHappened} after `limitMs`
 */
export async function until<T>(what: string, limitMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const start = performance.now()
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() - start > limitMs)
      throw new NeverHappened(`${what} did not happen within ${limitMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
