// How long what the maker signs is good for: docs/formats/tuf-profile.md, "What each role may say".

const DAY_MS = 86_400_000

export const LIFETIME_MS = {
  root: 365 * DAY_MS,
  targets: 182 * DAY_MS,
  product: 91 * DAY_MS,
  authority: 3652 * DAY_MS,
  /** The longest that TLS clients have agreed to take. */
  server: 397 * DAY_MS,
} as const
