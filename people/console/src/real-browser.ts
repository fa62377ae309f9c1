// The browser's own clock, timers, chance and event stream: the only file of the console that touches them.

export type Cancel = () => void

export type StreamListener = { opened(): void; said(text: string): void; failed(): void }

export type Browser = {
  nowMs(): number
  later(delayMs: number, run: () => void): Cancel
  every(periodMs: number, run: () => void): Cancel
  /** Uniform in [0, 1). */
  fraction(): number
  /** Follow a stream of server-sent events until the returned function is called. */
  follow(path: string, listener: StreamListener): Cancel
}

export const browser: Browser = {
  nowMs: () => Date.now(),
  later(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  },
  fraction: () => Math.random(),
  follow(path, listener) {
    const stream = new EventSource(path)
    stream.addEventListener('open', () => listener.opened())
    stream.addEventListener('message', (message: MessageEvent<string>) => listener.said(message.data))
    stream.addEventListener('error', () => listener.failed())
    return () => stream.close()
  },
}
