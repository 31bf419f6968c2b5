import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api'
import type { Cell, QueryLimits, Rows } from '../database.ts'
import { cellOf } from './cell.ts'

/**
 * Rows of one checked SELECT, cut at the limits. The statement is run inside brackets under a LIMIT (its own ORDER BY holds:
 * DuckDB makes a top-N of it) and as a whole, because a streamed result ends early without an error when the query fails midway.
 */
export async function runSelect(
  connection: DuckDBConnection,
  sql: string,
  limits: QueryLimits,
  columnsMax: number,
): Promise<Rows> {
  const result = await connection.run(`SELECT * FROM (\n${sql}\n) LIMIT ${limits.rows + 1}`)
  const columns = (await columnsOf(connection, sql, result)).slice(0, columnsMax)
  const { rows, cut } = rowsOf(result, columns.length, limits)
  return { columns, rows, truncated: cut || result.columnCount > columns.length }
}

/** Names as the statement gives them: DuckDB numbers those that repeat when a statement stands in brackets. */
async function columnsOf(connection: DuckDBConnection, sql: string, result: DuckDBMaterializedResult) {
  const columns = result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }))
  if (!columns.some(({ name }) => /_\d+$/.test(name))) return columns
  const prepared = await connection.prepare(sql)
  try {
    return columns.map((column, index) => ({ ...column, name: prepared.columnName(index) }))
  } finally {
    prepared.destroySync()
  }
}

/** The result is whole, so its chunks are taken as they lie: fetching each would be one more wait for a thread. */
function rowsOf(result: DuckDBMaterializedResult, columns: number, limits: QueryLimits) {
  const rows: Cell[][] = []
  let bytes = 0
  for (let at = 0; at < result.chunkCount; at++) {
    const chunk = result.getChunk(at)
    const vectors = Array.from({ length: columns }, (_, index) => chunk.getColumnVector(index))
    for (let index = 0; index < chunk.rowCount; index++) {
      const row = vectors.map((vector) => cellOf(vector.getItem(index)))
      bytes += sizeOf(row)
      if (rows.length >= limits.rows || bytes > limits.bytes) return { rows, cut: true }
      rows.push(row)
    }
  }
  return { rows, cut: false }
}

/** About the bytes of a cell as JSON. */
function sizeOf(cell: Cell): number {
  if (typeof cell === 'string') return cell.length + 3
  if (typeof cell !== 'object' || cell === null) return 8
  if (Array.isArray(cell)) return cell.reduce<number>((sum, item) => sum + sizeOf(item), 2)
  return Object.entries(cell).reduce((sum, [name, item]) => sum + name.length + 4 + sizeOf(item), 2)
}
