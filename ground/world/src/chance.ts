// Numbers that nobody can foresee, and numbers that a seed can repeat.

export interface Chance {
  /** `lengthBytes` unpredictable bytes: fit for keys, tokens and nonces. */
  bytes(lengthBytes: number): Uint8Array
  /** A number in [0, 1): for jitter and back-off, never for secrets. */
  fraction(): number
}
