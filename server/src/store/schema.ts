// Every table of the server, as the query layer sees it. Times are milliseconds since 1970 UTC; digests are lower-case hex.

import type {
  DeviceOutcome,
  DeviceStatus,
  Facts,
  FaultView,
  Release,
  ReleaseClass,
  ReportEvent,
  RolloutState,
  Session,
  Step,
  StopReason,
  StopRule,
  Support,
  Wave,
  WhyNot,
} from '@sealift/protocol'
import type { ColumnType, Generated, Selectable, Updateable } from 'kysely'
import type { JsonText } from './json-text.ts'

/** Set once, when the row is made. */
type Fixed<T> = ColumnType<T, T, never>

export type ProductTable = {
  id: Fixed<string>
  name: string
  hardware_ids: JsonText<readonly string[]>
  support: JsonText<Support>
  created_at_ms: Fixed<number>
}

export type ReleaseTable = {
  id: Generated<number>
  product: Fixed<string>
  version: Fixed<string>
  release_counter: Fixed<number>
  security_counter: Fixed<number>
  class: Fixed<ReleaseClass>
  details: Fixed<JsonText<Release>>
  target_path: Fixed<string>
  length_bytes: Fixed<number>
  sha256: Fixed<string>
  published_at_ms: Fixed<number>
}

export type BlobTable = {
  sha256: Fixed<string>
  length_bytes: Fixed<number>
  stored_at_ms: Fixed<number>
}

/** What the server knows of a device for good; what changes with each report is in `device_state`. */
export type DeviceTable = {
  id: Fixed<string>
  product: Fixed<string>
  hardware_id: Fixed<string>
  status: DeviceStatus
  /** SHA-256 of the certificate in DER. */
  certificate_fingerprint: string
  /** SPKI in DER. Reports are checked against it. */
  public_key_spki: Fixed<Uint8Array>
  /** Serial number that the maker gave the device; null when it gave none. */
  serial: Fixed<string | null>
  enrolled_at_ms: Fixed<number>
}

/** One row for each device, made when it enrols. What is not given is as it is before the first report. */
export type DeviceStateTable = {
  device_id: Fixed<string>
  /** Null until it is heard of for the first time. */
  last_seen_ms: number | null
  running_version: string | null
  running_sha256: string | null
  running_security_counter: number | null
  boot_count: Generated<number>
  step: Generated<Step>
  event: ReportEvent | null
  progress_done_bytes: number | null
  progress_of_bytes: number | null
  fault: JsonText<FaultView> | null
  /** The last reason, of the server or of the device, why it did not get or take an update. */
  why_not: WhyNot | null
  /** Version it is to run, as its director metadata says. */
  wanted_version: string | null
  rollout_id: string | null
  /** Highest sequence number of the reports accepted from it; -1 before the first. */
  report_seq: Generated<number>
  /** Version that its last report speaks of. */
  release_version: string | null
}

export type RolloutTable = {
  id: Fixed<string>
  product: Fixed<string>
  release_id: Fixed<number>
  state: RolloutState
  waves: Fixed<JsonText<readonly Wave[]>>
  /** Index of the wave under way; the number of waves when all are done. */
  wave: number
  wave_started_at_ms: number | null
  /** Devices whose bucket is below it are members. */
  threshold: number
  /** Members when the wave began, and those of them that the release was news to. */
  reached: Generated<number>
  due: Generated<number>
  /** What ended before it is not held against the rollout: an operator saw it, and had it go on. */
  judged_since_ms: Generated<number>
  stop_rule: Fixed<JsonText<StopRule>>
  stop_reason: JsonText<StopReason> | null
  /** Grows when failed devices are to try again. */
  attempt: number
  created_at_ms: Fixed<number>
}

export type RolloutDeviceTable = {
  rollout_id: Fixed<string>
  device_id: Fixed<string>
  outcome: DeviceOutcome
  attempt: number
  since_ms: number
  fault_code: string | null
}

export type TimelineTable = {
  id: Generated<number>
  device_id: Fixed<string>
  at_ms: Fixed<number>
  event: Fixed<string>
  step: Fixed<Step>
  version: Fixed<string | null>
  fault: Fixed<JsonText<FaultView> | null>
  text: Fixed<string>
}

/** The report itself is in the timeline; here only what tells a repeat from a replay. */
export type ReportTable = {
  device_id: Fixed<string>
  seq: Fixed<number>
  digest: Fixed<string>
}

export type ClaimTable = {
  token_hash: Fixed<string>
  product: Fixed<string>
  hardware_id: Fixed<string>
  uses_left: number
  expires_at_ms: Fixed<number>
  created_by: Fixed<string>
  created_at_ms: Fixed<number>
}

/** One redeemed claim. A device that lost the answer asks again with the same key and gets the same certificate. */
export type EnrolmentTable = {
  token_hash: Fixed<string>
  /** SHA-256 of the device's public key, SPKI in DER. */
  spki_hash: Fixed<string>
  device_id: Fixed<string>
  certificate_pem: Fixed<string>
}

export type SessionTable = {
  token_hash: Fixed<string>
  name: Fixed<string>
  role: Fixed<Session['role']>
  created_at_ms: Fixed<number>
  seen_at_ms: number
  expires_at_ms: Fixed<number>
}

export type ApiTokenTable = {
  token_hash: Fixed<string>
  name: Fixed<string>
  role: Fixed<Session['role']>
  created_at_ms: Fixed<number>
  expires_at_ms: Fixed<number>
}

export type SignInLinkTable = {
  token_hash: Fixed<string>
  name: Fixed<string>
  role: Fixed<Session['role']>
  expires_at_ms: Fixed<number>
  used_at_ms: number | null
}

/** Append-only: triggers refuse an update and a delete. */
export type JournalTable = {
  seq: Fixed<number>
  at_ms: Fixed<number>
  actor_kind: Fixed<'person' | 'token' | 'device' | 'server'>
  actor_id: Fixed<string>
  action: Fixed<string>
  subject: Fixed<string>
  facts: Fixed<JsonText<Facts>>
  prev: Fixed<string>
  hash: Fixed<string>
}

export type DirectorRootTable = { version: Fixed<number>; text: Fixed<string> }

/** The director's word to one device: its three files are signed together and share one version. */
export type DirectorMetadataTable = {
  device_id: Fixed<string>
  version: number
  targets: string
  snapshot: string
  timestamp: string
  /** SHA-256 of what the targets file says; when it changes, the files are signed anew. */
  content_hash: string
  etag: string
  expires_at_ms: number
}

/** Files of the image repository, exact texts. The highest version of a role is the one in force. */
export type ImageMetadataTable = {
  role: Fixed<string>
  version: Fixed<number>
  text: Fixed<string>
  expires_at_ms: Fixed<number>
  stored_at_ms: Fixed<number>
}

export type Database = {
  product: ProductTable
  release: ReleaseTable
  blob: BlobTable
  device: DeviceTable
  device_state: DeviceStateTable
  rollout: RolloutTable
  rollout_device: RolloutDeviceTable
  timeline: TimelineTable
  report: ReportTable
  claim: ClaimTable
  enrolment: EnrolmentTable
  session: SessionTable
  api_token: ApiTokenTable
  sign_in_link: SignInLinkTable
  journal: JournalTable
  director_root: DirectorRootTable
  director_metadata: DirectorMetadataTable
  image_metadata: ImageMetadataTable
}

export type ProductRow = Selectable<ProductTable>
export type ReleaseRow = Selectable<ReleaseTable>
export type DeviceRow = Selectable<DeviceTable>
export type DeviceStateRow = Selectable<DeviceStateTable>
export type DeviceStateChange = Updateable<DeviceStateTable>
export type RolloutRow = Selectable<RolloutTable>
export type TimelineRow = Selectable<TimelineTable>
export type JournalRow = Selectable<JournalTable>
