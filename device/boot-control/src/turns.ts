// One after another: whoever changes a thing waits until the one before is done with it.

export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** A queue of its own; work that fails does not hold up the next. */
export function newTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}
