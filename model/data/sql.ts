/** SQL text → DuckDB's own parse of it, with SQLite's habits straightened out before. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Catalog } from '../../src/catalog.ts'

/** The parts of DuckDB's serialized expressions that conversion reads. */
export interface Expression {
  class: string
  type: string
  alias?: string
  column_names?: string[]
  function_name?: string
  children?: Expression[]
  distinct?: boolean
  filter?: Expression | null
  left?: Expression
  right?: Expression
  input?: Expression
  lower?: Expression
  upper?: Expression
  child?: Expression | null
  subquery?: { node: Query }
  subquery_type?: string
  comparison_type?: string
  value?: { type: { id: string; type_info?: { scale?: number } | null }; is_null: boolean; value?: unknown }
}

export interface TableRef {
  type: string
  alias: string
  table_name?: string
  left?: TableRef
  right?: TableRef
  condition?: Expression | null
  join_type?: string
  ref_type?: string
  using_columns?: string[]
  subquery?: { node: Query }
}

export interface Modifier {
  type: string
  orders?: { type: string; expression: Expression }[]
  distinct_on_targets?: Expression[]
  limit?: Expression | null
  offset?: Expression | null
}

/** A SELECT_NODE or SET_OPERATION_NODE. */
export interface Query {
  type: string
  modifiers: Modifier[]
  cte_map?: { map: unknown[] }
  select_list?: Expression[]
  from_table?: TableRef
  where_clause?: Expression | null
  group_expressions?: Expression[]
  having?: Expression | null
  setop_type?: string
  setop_all?: boolean
  left?: Query
  right?: Query
}

/** SQL as DuckDB reads it: SQLite's `"x"` is a string unless a column is called so, its JOIN needs no ON, and `cast` may be a table. */
export function straightened(sql: string, catalog: Catalog): string {
  const names = new Set(
    catalog.tables.flatMap((table) => [table, ...table.columns].map(({ name }) => name.toLowerCase())),
  )
  return sql
    .replace(/'(?:[^']|'')*'|"((?:[^"]|"")*)"/g, (quoted, inner: string | undefined) => {
      if (inner === undefined || names.has(inner.toLowerCase())) return quoted
      return `'${inner.replaceAll('""', '"').replaceAll("'", "''")}'`
    })
    .replace(/([<>!])\s+=/g, '$1=')
    .replace(
      /\bJOIN\s+(\w+(?:\s+AS\s+\w+)?)\s+(?=JOIN|WHERE|GROUP|ORDER|UNION|INTERSECT|EXCEPT|\)|$)/gi,
      'CROSS JOIN $1 ',
    )
    .replace(/\b(FROM|JOIN|,)\s+(cast)\b/gi, '$1 "$2"')
    .replace(/;\s*$/, '')
}

/** Parses one statement; rejects what DuckDB cannot parse or what is not one SELECT. */
export type Parser = (sql: string) => Promise<Query>

/** A parser over an in-memory DuckDB, and how to close it. */
export async function openParser(): Promise<{ parse: Parser; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  return { parse: (sql) => parseWith(connection, sql), close }
}

async function parseWith(connection: DuckDBConnection, sql: string): Promise<Query> {
  const answer = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
  const parsed = JSON.parse(String(answer.getRows()[0]?.[0])) as {
    error: boolean
    error_message?: string
    statements?: { node: Query }[]
  }
  const [statement, ...more] = parsed.statements ?? []
  if (parsed.error || statement === undefined || more.length > 0)
    throw new Error(parsed.error_message ?? 'not one statement')
  return statement.node
}
