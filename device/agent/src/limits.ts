// How much, how long, how often: every number that the agent lives by.

import type { Pace } from './paced.ts'

/** A download that is cut off is taken up again from here: at most so much is fetched twice. */
export const CHECKPOINT_BYTES = 1_048_576
/** Piece in which a slot is read back. */
export const READ_BYTES = 262_144

/** The server may ask for any poll interval within these. */
export const POLL_MS_MIN = 100
export const POLL_MS_MAX = 24 * 3_600_000
/** Each wait is drawn from so much below to so much above its length, so that a fleet never asks in step. */
export const JITTER = 0.2
/** Longest wait before the first check after a start: after a power failure a whole town starts at once. */
export const START_MS_MAX = 30_000

/** First wait after a failure where the poll interval does not ask for less; it doubles with each further failure. */
export const BACK_OFF_MS_FIRST = 60_000
/** The same after a fault that trying again can mend, such as a broken connection. */
export const BACK_OFF_MS_SOON = 1_000
export const BACK_OFF_MS_MAX = 3_600_000
/** A server's Retry-After is honoured up to this. */
export const RETRY_AFTER_MS_MAX = 24 * 3_600_000

/** Metadata and other short answers. Attack 7: no slow server may hold the agent. */
export const ANSWER_PACE: Pace = { graceMs: 10_000, stallMs: 20_000, bytesPerSecondMin: 1024, totalMs: 60_000 }
/** An image: as long as it needs, but never slower. */
export const IMAGE_PACE: Pace = { graceMs: 30_000, stallMs: 30_000, bytesPerSecondMin: 1024 }

/** Reports that are kept while no server takes them; beyond it the oldest are dropped. */
export const OUTBOX_REPORTS_MAX = 256
export const BATCH_REPORTS_MAX = 64
/** Progress is reported at most so often. */
export const PROGRESS_MS = 2_000
/** The same refusal is reported again after so long. */
export const REFUSAL_REPEAT_MS = 3_600_000
/** Images that the agent remembers to have failed. */
export const FAILURES_MAX = 16

/** Whole images that may arrive wrong before this image is given up. */
export const SPOILED_MAX = 3
/** Starts of the same image that may come to nothing before it is given up. */
export const BOOTS_MAX = 3
/** Time for a restart to happen, before the agent thinks that it did not. */
export const RESTART_MS_MAX = 120_000

/** A new image must be well for so long before it is kept. */
export const SETTLE_MS = 10_000
/** A new image that is not kept by then is given up. */
export const TRIAL_MS_MAX = 600_000

/** How often the boot stage is looked at while an image is on trial. */
export const TRIAL_LOOK_MS = 500
/** How often the owner's word is looked for while it is waited for. */
export const CONSENT_LOOK_MS = 3_000
/** A rest is never busy, and never so long that a clock set right by hand goes unnoticed. */
export const REST_MS_MIN = 20
export const REST_MS_MAX = 3_600_000
/** Steps in a row without a rest that no honest course of events comes to, and the rest that is forced then. */
export const RESTLESS_MAX = 1_000
export const RESTLESS_MS = 60_000
/** An owner who defers without a date is asked again after so long. */
export const ASK_AGAIN_MS = 24 * 3_600_000

/** How often the status file follows a progress. */
export const STATUS_MS = 250

export const ANSWER_BYTES_MAX = 65_536
export const ETAG_LENGTH_MAX = 128
export const JOURNAL_BYTES_MAX = 1_048_576
export const DEVICE_FILE_BYTES_MAX = 65_536
export const CONSENT_BYTES_MAX = 4_096
export const REPORT_BYTES_MAX = 16_384
