import type { Catalog, Table } from './catalog.ts'

/** A JSON-safe cell: integers beyond 2^53 and decimals as strings, dates ISO 8601, NaN and infinities as strings. */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell }

/** What DuckDB returned: `rows` are arrays in column order. */
export interface Rows {
  columns: { name: string; type: string }[]
  rows: Cell[][]
  /** True when a row, byte or column limit cut the result. */
  truncated: boolean
}

export interface QueryLimits {
  rows: number
  bytes: number
  timeout_ms: number
}

/**
 * Runs SQL that `check` has passed, in a killable process that holds only `tables`. Rejects with a Refusal
 * (`query-timeout`, `query-memory`, `query-failed`, `sql-unbindable`, `cancelled`), never with a raw DuckDB error.
 */
export interface Database {
  query(tables: TableSet, sql: string, limits: QueryLimits, signal?: AbortSignal): Promise<Rows>
  /** The JSON text of `json_serialize_sql` for a statement: parsed, not bound, not run. */
  parse(sql: string): Promise<string>
  close(): Promise<void>
}

/** The tables one query may see: same `key`, same content; a process loads a key once and keeps it. */
export interface TableSet {
  /** The catalog's dataset name and both fingerprints. */
  key: string
  tables: Table[]
  /** True when something of the dataset is left out for its asker: only these very files may be read. */
  partial?: boolean
}

/** Everything of a catalog that may be queried. */
export function tableSetOf(catalog: Catalog): TableSet {
  const { schema, data } = catalog.fingerprint
  const partial = catalog.view === undefined ? {} : { partial: true }
  return { key: `${catalog.dataset} ${schema} ${data}`, tables: catalog.tables, ...partial }
}
