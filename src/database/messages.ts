import type { Table } from '../catalog.ts'
import type { QueryLimits, Rows } from '../database.ts'
import type { RefusalCode } from '../refusal.ts'

/** How a query process sets up DuckDB; sent as its only argument, as JSON. */
export interface ChildSettings {
  memory_mb: number
  threads: number
  spill_mb: number
  /** Bytes of a table set (Parquet counted five times) up to which it is loaded instead of read from its files. */
  load_max_bytes: number
  columns_max: number
}

/** Parent to child, one line of JSON each. A child does one request at a time; `interrupt` stops it. */
export type Request =
  | { id: number; kind: 'parse'; sql: string }
  | { id: number; kind: 'load'; key: string; tables: Pick<Table, 'name' | 'columns' | 'source'>[]; reach: string[] }
  | { id: number; kind: 'query'; key: string; sql: string; limits: QueryLimits }

export type Message = Request | { kind: 'interrupt'; id: number }

/** Child to parent, one line of JSON each; `ready` comes once, first. `data_mb` is what the process's data segment has grown to. */
export type Reply = { kind: 'ready' } | (Answer & { id: number; data_mb: number })

export type Answer =
  | { kind: 'parsed'; json: string }
  | { kind: 'loaded'; keys: string[] }
  | { kind: 'rows'; rows: Rows }
  | { kind: 'failed'; failure: Failure }

/** What went wrong, safe to show; `sound` is false when the process is better replaced. */
export interface Failure {
  code: RefusalCode
  message: string
  sound: boolean
}
