// One turn of the event loop.

/** Resolves when every microtask and tick that could run has run. */
export function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
