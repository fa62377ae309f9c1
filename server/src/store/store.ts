// The server's memory: opened, brought to the newest form, and ready to be asked.

import { DatabaseSync } from 'node:sqlite'
import { Kysely, type Transaction } from 'kysely'
import { migrate } from './migrations.ts'
import type { Database } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type Store = Kysely<Database>

/** Within a transaction ask this, never the store: the store has one connection, and the transaction holds it. */
export type Trx = Transaction<Database>

/** How long a statement waits for another process that holds the file, for example a backup. */
const BUSY_MS = 5_000

/** `file` is a path, or `:memory:`. Close it with `store.destroy()`. */
export async function openStore(file: string): Promise<Store> {
  const store = new Kysely<Database>({ dialect: sqliteDialect(() => openSqlite(file)) })
  try {
    await migrate(store)
  } catch (error) {
    await store.destroy()
    throw error
  }
  return store
}

// FULL: a commit is on the disk when it returns, so what was acknowledged survives a power cut (guarantee G4).
function openSqlite(file: string): DatabaseSync {
  const database = new DatabaseSync(file, {
    timeout: BUSY_MS,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    defensive: true,
  })
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  return database
}
