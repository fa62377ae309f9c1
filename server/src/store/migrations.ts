// How the tables came to be, step by step. A step that has been released is never changed; the next one mends it.

import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Database } from './schema.ts'

const FIRST = [
  `create table product (
    id text primary key,
    name text not null,
    hardware_ids text not null,
    support text not null,
    created_at_ms integer not null
  ) strict, without rowid`,

  `create table release (
    id integer primary key,
    product text not null references product (id),
    version text not null,
    release_counter integer not null,
    security_counter integer not null,
    class text not null,
    details text not null,
    target_path text not null,
    length_bytes integer not null,
    sha256 text not null,
    published_at_ms integer not null,
    unique (product, version)
  ) strict`,
  'create index release_by_sha256 on release (sha256)',

  `create table blob (
    sha256 text primary key,
    length_bytes integer not null,
    stored_at_ms integer not null
  ) strict, without rowid`,

  `create table device (
    id text primary key,
    product text not null references product (id),
    hardware_id text not null,
    status text not null,
    certificate_fingerprint text not null unique,
    public_key_spki blob not null unique,
    serial text,
    enrolled_at_ms integer not null
  ) strict, without rowid`,
  'create index device_by_product on device (product, id)',
  'create index device_by_status on device (product, status)',

  `create table device_state (
    device_id text primary key references device (id),
    last_seen_ms integer,
    running_version text,
    running_sha256 text,
    running_security_counter integer,
    boot_count integer not null default 0,
    step text not null default 'rest',
    event text,
    progress_done_bytes integer,
    progress_of_bytes integer,
    fault text,
    why_not text,
    wanted_version text,
    rollout_id text,
    report_seq integer not null default -1,
    release_version text
  ) strict, without rowid`,

  `create table rollout (
    id text primary key,
    product text not null references product (id),
    release_id integer not null references release (id),
    state text not null,
    waves text not null,
    wave integer not null,
    wave_started_at_ms integer,
    threshold real not null,
    reached integer not null default 0,
    due integer not null default 0,
    judged_since_ms integer not null default 0,
    stop_rule text not null,
    stop_reason text,
    attempt integer not null,
    created_at_ms integer not null
  ) strict, without rowid`,
  'create index rollout_by_product on rollout (product, created_at_ms)',

  `create table rollout_device (
    rollout_id text not null references rollout (id),
    device_id text not null references device (id),
    outcome text not null,
    attempt integer not null,
    since_ms integer not null,
    fault_code text,
    primary key (rollout_id, device_id)
  ) strict, without rowid`,
  'create index rollout_device_by_outcome on rollout_device (rollout_id, outcome, since_ms)',
  'create index rollout_device_by_device on rollout_device (device_id)',

  `create table timeline (
    id integer primary key,
    device_id text not null references device (id),
    at_ms integer not null,
    event text not null,
    step text not null,
    version text,
    fault text,
    text text not null
  ) strict`,
  'create index timeline_by_device on timeline (device_id, id)',

  `create table report (
    device_id text not null references device (id),
    seq integer not null,
    digest text not null,
    primary key (device_id, seq)
  ) strict, without rowid`,

  `create table claim (
    token_hash text primary key,
    product text not null references product (id),
    hardware_id text not null,
    uses_left integer not null check (uses_left >= 0),
    expires_at_ms integer not null,
    created_by text not null,
    created_at_ms integer not null
  ) strict, without rowid`,

  `create table enrolment (
    token_hash text not null references claim (token_hash),
    spki_hash text not null,
    device_id text not null references device (id),
    certificate_pem text not null,
    primary key (token_hash, spki_hash)
  ) strict, without rowid`,

  `create table session (
    token_hash text primary key,
    name text not null,
    role text not null,
    created_at_ms integer not null,
    seen_at_ms integer not null,
    expires_at_ms integer not null
  ) strict, without rowid`,

  `create table api_token (
    token_hash text primary key,
    name text not null,
    role text not null,
    created_at_ms integer not null,
    expires_at_ms integer not null
  ) strict, without rowid`,

  `create table sign_in_link (
    token_hash text primary key,
    name text not null,
    role text not null,
    expires_at_ms integer not null,
    used_at_ms integer
  ) strict, without rowid`,

  `create table journal (
    seq integer primary key,
    at_ms integer not null,
    actor_kind text not null,
    actor_id text not null,
    action text not null,
    subject text not null,
    facts text not null,
    prev text not null,
    hash text not null
  ) strict`,
  `create trigger journal_keeps_lines before update on journal
    begin select raise(abort, 'the journal is append-only'); end`,
  `create trigger journal_keeps_all before delete on journal
    begin select raise(abort, 'the journal is append-only'); end`,

  `create table director_root (
    version integer primary key,
    text text not null
  ) strict`,

  `create table director_metadata (
    device_id text primary key references device (id),
    version integer not null,
    targets text not null,
    snapshot text not null,
    timestamp text not null,
    content_hash text not null,
    etag text not null,
    expires_at_ms integer not null
  ) strict, without rowid`,

  `create table image_metadata (
    role text not null,
    version integer not null,
    text text not null,
    expires_at_ms integer not null,
    stored_at_ms integer not null,
    primary key (role, version)
  ) strict`,
]

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': { up: (store) => runAll(store, FIRST) },
}

/** Bring the tables to the newest form; each step is all or nothing. */
export async function migrate(store: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db: store, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw new Error('the tables could not be brought to their newest form', { cause: error })
}

async function runAll(store: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(store)
}
