// The wish that this process end, as a signal that work can end by in good order.

// Ctrl-C reaches a process twice when the launcher passes it on; a person who insists takes longer than this.
const INSIST_MS = 1000

let stop: AbortController | undefined

/** Aborts at the first SIGINT, SIGTERM or SIGHUP. Whoever insists ends the process at once. */
export function untilStopped(): AbortSignal {
  stop ??= listen(new AbortController())
  return stop.signal
}

function listen(controller: AbortController): AbortController {
  let askedMs = Infinity
  const onSignal = () => {
    if (performance.now() - askedMs > INSIST_MS) process.exit(130)
    askedMs = Math.min(askedMs, performance.now())
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return controller
}
