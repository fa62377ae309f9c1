// What the doctor says of one thing it looked at.

export type Verdict = 'ok' | 'warn' | 'fail'

export type Finding = {
  /** What was looked at, for example `server certificate`. */
  readonly what: string
  readonly verdict: Verdict
  /** What was seen. */
  readonly seen: string
  /** What to do about it; always there when it is not ok. */
  readonly next?: string
}

export function ok(what: string, seen: string): Finding {
  return { what, verdict: 'ok', seen }
}

export function warn(what: string, seen: string, next: string): Finding {
  return { what, verdict: 'warn', seen, next }
}

export function fail(what: string, seen: string, next: string): Finding {
  return { what, verdict: 'fail', seen, next }
}
