// Kysely on node:sqlite: one connection, one transaction at a time, each statement prepared once.

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { Fault } from '@sealift/protocol'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** `open` is called once, when the first query comes. The database is closed with `Kysely.destroy`. */
export function sqliteDialect(open: () => DatabaseSync): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteDriver(open),
    createIntrospector: (store) => new SqliteIntrospector(store),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

// SQLite takes back CREATE and ALTER with the transaction, so a migration that fails half-way leaves nothing.
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  private readonly open: () => DatabaseSync
  private readonly turns = new Turns()
  private connection: SqliteConnection | undefined

  constructor(open: () => DatabaseSync) {
    this.open = open
  }

  async init(): Promise<void> {
    this.connection = new SqliteConnection(this.open())
  }

  /** Waits for its turn, also behind a transaction: asking `store` from within a transaction would wait for ever. */
  async acquireConnection(): Promise<DatabaseConnection> {
    await this.turns.take()
    if (!this.connection) throw new Error('the store is closed')
    return this.connection
  }

  async releaseConnection(): Promise<void> {
    this.turns.pass()
  }

  // IMMEDIATE takes the write lock at the start: a transaction never fails half-way because it cannot become a writer.
  async beginTransaction(): Promise<void> {
    this.connection?.run('begin immediate')
  }

  async commitTransaction(): Promise<void> {
    this.connection?.run('commit')
  }

  async rollbackTransaction(): Promise<void> {
    this.connection?.rollBack()
  }

  async destroy(): Promise<void> {
    await this.turns.take()
    this.connection?.close()
    this.connection = undefined
    this.turns.pass()
  }
}

/** Statements kept prepared. Queries with lists of changing length must not fill the memory. */
const STATEMENTS_MAX = 512

class SqliteConnection implements DatabaseConnection {
  private readonly database: DatabaseSync
  private readonly statements = new Map<string, Statement>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.prepare(query.sql)
    const parameters = query.parameters as readonly SQLInputValue[]
    return naming(() => {
      if (statement.returnsRows) {
        const rows = statement.prepared.all(...parameters) as R[]
        return { rows, numAffectedRows: BigInt(rows.length) }
      }
      const { changes, lastInsertRowid } = statement.prepared.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    })
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('read page by page: a stream would hold the only connection for as long as its reader is slow')
  }

  run(sql: string): void {
    naming(() => this.database.exec(sql))
  }

  // SQLite may have rolled back by itself, for example when the disk is full.
  rollBack(): void {
    if (this.database.isTransaction) this.database.exec('rollback')
  }

  close(): void {
    this.statements.clear()
    this.database.close()
  }

  private prepare(sql: string): Statement {
    const known = this.statements.get(sql)
    if (known) {
      this.statements.delete(sql)
      this.statements.set(sql, known)
      return known
    }
    const prepared = this.database.prepare(sql)
    const statement = { prepared, returnsRows: prepared.columns().length > 0 }
    this.statements.set(sql, statement)
    if (this.statements.size > STATEMENTS_MAX) this.forgetOldest()
    return statement
  }

  private forgetOldest(): void {
    const [oldest] = this.statements.keys()
    if (oldest !== undefined) this.statements.delete(oldest)
  }
}

type Statement = { readonly prepared: StatementSync; readonly returnsRows: boolean }

/** SQLITE_FULL: https://sqlite.org/rescode.html#full */
const SQLITE_FULL = 13

function naming<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_FULL) {
      throw new Fault('keep.full', { what: 'database' }, { cause: error })
    }
    throw error
  }
}

/** First come, first served. */
class Turns {
  private readonly waiting: (() => void)[] = []
  private taken = false

  async take(): Promise<void> {
    if (!this.taken) {
      this.taken = true
      return
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  pass(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.taken = false
  }
}
