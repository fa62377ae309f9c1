// What an operator may choose about a server, and what it is when nobody chose.

export type Settings = {
  /** How long a device waits between two check-ins. */
  readonly pollMs: number
  /** Largest image that is taken. */
  readonly blobLengthBytesMax: number
  /** Downloads at the same time; the next one is told to come back. */
  readonly downloadsMax: number
  /** People who watch `/api/v1/live` at the same time. */
  readonly watchersMax: number
  /** Where devices reach their listener, as it stands in a claim. */
  readonly deviceUrl: string
  /** Where people reach theirs. */
  readonly peopleUrl: string
  /** Authority of the server's own certificate; devices and the command line trust it and no other. */
  readonly serverCaPem: string
  /** Keys that sign boot manifests, SPKI in PEM, handed on to devices. */
  readonly bootKeysPem: readonly string[]
}

export const DEFAULT_SETTINGS = {
  pollMs: 60_000,
  blobLengthBytesMax: 4 * 2 ** 30,
  downloadsMax: 256,
  watchersMax: 64,
} as const satisfies Partial<Settings>
